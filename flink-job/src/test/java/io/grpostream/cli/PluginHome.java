package io.grpostream.cli;

import io.grpostream.rewards.RandomReward;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The project with a plug-in in {@code plugins/}, as {@code ./grpo} would start from there: the jar
 * is on this process's class path until closed.
 */
final class PluginHome implements AutoCloseable {
  private static final String CLASS_PATH = "java.class.path";

  private final String classPathBefore;
  private final ClassLoader loaderBefore;
  private final URLClassLoader plugins;

  /**
   * Makes it.
   *
   * @param home an empty folder
   */
  PluginHome(Path home) throws IOException {
    for (String name : List.of("conf", "data", "models")) {
      Files.createSymbolicLink(home.resolve(name), TestCluster.PROJECT.resolve(name));
    }
    Path jar = Files.createDirectory(home.resolve("plugins")).resolve("random-reward.jar");
    RandomReward.pack(jar);
    classPathBefore = System.getProperty(CLASS_PATH);
    System.setProperty(CLASS_PATH, classPathBefore + File.pathSeparator + jar);
    loaderBefore = Thread.currentThread().getContextClassLoader();
    plugins = new URLClassLoader(new URL[] {jar.toUri().toURL()}, loaderBefore);
    Thread.currentThread().setContextClassLoader(plugins);
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(loaderBefore);
    System.setProperty(CLASS_PATH, classPathBefore);
    plugins.close();
  }
}
