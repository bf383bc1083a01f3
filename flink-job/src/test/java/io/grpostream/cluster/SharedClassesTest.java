package io.grpostream.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which process leaves an archive of classes, and which takes whose. */
class SharedClassesTest {
  private static final FileTime BUILT = FileTime.fromMillis(2_000_000);

  @TempDir private Path folder;
  private Path jar;

  @BeforeEach
  void aJar() throws IOException {
    jar = Files.createFile(folder.resolve("a.jar"));
    Files.setLastModifiedTime(jar, BUILT);
  }

  private SharedClasses shared(Path... more) {
    StringBuilder classPath = new StringBuilder(jar.toString());
    for (Path each : more) {
      classPath.append(File.pathSeparator).append(each);
    }
    return new SharedClasses(folder.resolve("classes"), classPath.toString());
  }

  private Path archive(String name, int bytes, long millis) throws IOException {
    Path file = Files.createDirectories(folder.resolve("classes")).resolve(name + ".jsa");
    Files.write(file, new byte[bytes]);
    return Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
  }

  @Test
  void theFirstLeavesOne() throws Exception {
    assertEquals(
        List.of("-XX:ArchiveClassesAtExit=" + folder.resolve("classes/taskmanager-2.jsa")),
        shared().options("taskmanager-", "taskmanager-2"));
  }

  @Test
  void laterOnesTakeTheFullestOfTheirKind() throws Exception {
    archive("taskmanager-1", 10, 3_000_000);
    Path fullest = archive("taskmanager-2", 20, 3_000_000);
    archive("jobmanager-1", 30, 3_000_000);
    assertEquals(
        List.of("-XX:SharedArchiveFile=" + fullest),
        shared().options("taskmanager-", "taskmanager-3"));
  }

  @Test
  void anArchiveOfOlderJarsIsMadeAnew() throws Exception {
    Path old = archive("broker", 10, 1_000_000);
    assertEquals(List.of("-XX:ArchiveClassesAtExit=" + old), shared().options("broker", "broker"));
  }

  @Test
  void classesInFoldersAreNotArchived() throws Exception {
    assertEquals(List.of(), shared(folder).options("broker", "broker"));
  }
}
