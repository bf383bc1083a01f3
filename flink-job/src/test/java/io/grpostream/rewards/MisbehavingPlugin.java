package io.grpostream.rewards;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@link MisbehavingReward} as a plug-in of the calling thread, until closed. */
public final class MisbehavingPlugin implements AutoCloseable {
  private final ClassLoader before;
  private final URLClassLoader plugins;

  /**
   * Adds it.
   *
   * @param folder an empty one, in the place of a jar
   */
  public MisbehavingPlugin(Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(RewardFunctionFactory.class.getName()), MisbehavingReward.class.getName());
    before = Thread.currentThread().getContextClassLoader();
    plugins = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(plugins);
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    plugins.close();
  }
}
