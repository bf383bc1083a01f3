package io.grpostream.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Archives of classes, parsed and verified: most of a process's start is loading thousands of them.
 * A process that ends in order leaves the classes it had; one that is started later, after a kill
 * for example, maps what a process of its kind left.
 *
 * @param folder of the archives
 * @param classPath of all processes
 */
record SharedClasses(Path folder, String classPath) {
  private static final String SUFFIX = ".jsa";

  /**
   * Options for Java.
   *
   * @param kind what all such processes' names begin with
   * @param name the process's
   */
  List<String> options(String kind, String name) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      jars.add(Path.of(entry));
    }
    // Java archives classes of jars only.
    if (jars.stream().anyMatch(Files::isDirectory)) {
      return List.of();
    }
    Files.createDirectories(folder);
    Optional<Path> fullest = fullest(kind, newest(jars));
    return List.of(
        fullest.isPresent()
            ? "-XX:SharedArchiveFile=" + fullest.get()
            : "-XX:ArchiveClassesAtExit=" + folder.resolve(name + SUFFIX));
  }

  /** Of those made after the jars: the one of a process that had done most. */
  private Optional<Path> fullest(String kind, FileTime newestJar) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, kind + "*" + SUFFIX)) {
      for (Path archive : archives) {
        if (Files.getLastModifiedTime(archive).compareTo(newestJar) > 0) {
          found.add(archive);
        }
      }
    }
    return found.stream().max(Comparator.comparingLong(archive -> archive.toFile().length()));
  }

  private static FileTime newest(List<Path> jars) throws IOException {
    FileTime newest = FileTime.fromMillis(0);
    for (Path jar : jars) {
      FileTime made = Files.getLastModifiedTime(jar);
      newest = made.compareTo(newest) > 0 ? made : newest;
    }
    return newest;
  }
}
