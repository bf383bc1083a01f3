package io.grpostream.cluster;

import io.grpostream.config.ConfigFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Which part of this process's class path is whose. The job's own jars (operators, schemas,
 * plug-ins) travel with each submission and are loaded anew for it; everything else, policy and DJL
 * with their one native library among it, stands on the cluster's class path and is loaded once for
 * a process.
 */
final class ClassPaths {
  /** One class of each jar that belongs to the job. */
  private static final List<String> JOB_CLASSES =
      List.of("io/grpostream/job/TrainingJob.class", "io/grpostream/avro/Prompt.class");

  private static final String PLUGINS = "plugins";

  private ClassPaths() {}

  /** What the cluster's processes are started with. */
  static String ofCluster() throws IOException {
    List<String> entries = new ArrayList<>();
    for (Path entry : entries()) {
      if (!belongsToJob(entry)) {
        entries.add(entry.toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  /**
   * What travels with a submission. Classes that lie in a folder, as they do while developing, are
   * packed into a jar first.
   *
   * @param temporary for such jars
   */
  static List<Path> jarsOfJob(Path temporary) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (Path entry : entries()) {
      if (belongsToJob(entry)) {
        jars.add(Files.isDirectory(entry) ? pack(entry, temporary) : entry);
      }
    }
    return jars;
  }

  private static List<Path> entries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().normalize())
        .filter(Files::exists)
        .toList();
  }

  private static boolean belongsToJob(Path entry) throws IOException {
    String home = System.getProperty(ConfigFile.HOME);
    if (home != null && entry.startsWith(Path.of(home).toAbsolutePath().resolve(PLUGINS))) {
      return true;
    }
    if (Files.isDirectory(entry)) {
      return JOB_CLASSES.stream().anyMatch(name -> Files.exists(entry.resolve(name)));
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      return JOB_CLASSES.stream().anyMatch(name -> jar.getEntry(name) != null);
    }
  }

  private static Path pack(Path folder, Path temporary) throws IOException {
    Path jar = Files.createTempFile(Files.createDirectories(temporary), "job", ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(folder.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
