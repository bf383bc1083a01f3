package io.grpostream.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.fakes.FakeTrainer;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The policy store on a folder: what comes back is what was announced, or an error; old versions
 * go.
 */
class PolicyStoreTest {
  @TempDir private Path folder;

  private PolicyStore store() {
    return new PolicyStore(folder.toUri().toString(), "run");
  }

  @Test
  void worksWhereNothingCanBeRenamedOrAppendedTo() throws IOException {
    PolicyStore objects =
        new PolicyStore(ObjectStore.SCHEME + "://" + folder.toAbsolutePath(), "run");
    String sha256 = PolicyHash.sha256(weights());
    objects.retain(number -> true);
    String uri = objects.write(1, sha256, weights());
    objects.write(1, sha256, weights());
    objects.write(2, sha256, weights());
    assertTrue(uri.startsWith(ObjectStore.SCHEME + ":"), uri);
    assertTrue(objects.problem(1, sha256).isEmpty());
    PolicyStore.open(uri, sha256).close();
    objects.retain(number -> number == 2);
    assertEquals(List.of(2L), numbers());
  }

  private static TensorSource weights() {
    return new FakeTrainer(new Semaphore(0)).weights();
  }

  @Test
  void aDamagedObjectIsFoundByItsHash() throws IOException {
    String sha256 = PolicyHash.sha256(weights());
    String uri = store().write(3, sha256, weights());
    assertTrue(store().problem(3, sha256).isEmpty());
    PolicyStore.open(uri, sha256).close();

    Path file = Path.of(java.net.URI.create(uri));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    IOException damaged = assertThrows(IOException.class, () -> PolicyStore.open(uri, sha256));
    assertTrue(String.valueOf(damaged.getMessage()).contains("announced as " + sha256));
  }

  @Test
  void deletesWhatIsNotToBeKept() throws IOException {
    String sha256 = PolicyHash.sha256(weights());
    for (long number = 0; number <= 10; number++) {
      store().write(number, sha256, weights());
    }
    store().retain(number -> number % 5 == 0 || number > 8);
    assertEquals(List.of(0L, 5L, 9L, 10L), numbers());
  }

  @Test
  void aRunWithoutAFolderYetHasNothingToDelete() throws IOException {
    store().retain(number -> false);
    assertEquals(List.of(), numbers());
  }

  private List<Long> numbers() throws IOException {
    if (!Files.exists(folder.resolve("run"))) {
      return List.of();
    }
    try (var files = Files.list(folder.resolve("run"))) {
      return files
          .map(file -> Long.valueOf(file.getFileName().toString().substring(1, 9)))
          .sorted()
          .toList();
    }
  }
}
