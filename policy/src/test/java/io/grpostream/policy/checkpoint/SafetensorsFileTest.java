package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.Golden;
import io.grpostream.policy.UserErrorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading safetensors: what peers wrote, and what nobody should have written. */
class SafetensorsFileTest {
  private static final long SEED = 20260101;
  private static final int FUZZED_FILES = 1000;

  @TempDir Path folder;

  @Test
  void readsNumbersThatPeersWrote() throws IOException {
    Path file = Golden.shipped().resolve("llama").resolve("logits.safetensors");
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      TensorInfo ids = Objects.requireNonNull(tensors.tensors().get("input_ids.0"));
      assertEquals(DType.I64, ids.dtype());
      ByteBuffer first = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      tensors.read("input_ids.0", 8, first);
      // The same ids stand in greedy.json and tokenizer-expected.json: 273, 260, 302, …
      assertEquals(260, first.getLong(0));
    }
  }

  @Test
  void readsAWholeFileAndAChannelAlike() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Files.write(file, file("{\"w\":" + entry("F32", "[2]", 0, 8) + "}", 8));
    // Not a FileChannel, so read through its position.
    SeekableByteChannel plain = new PlainChannel(FileChannel.open(file, StandardOpenOption.READ));
    try (SafetensorsFile one = SafetensorsFile.open(file);
        SafetensorsFile other = SafetensorsFile.open(plain, "plain")) {
      assertEquals(Map.of("w", new TensorInfo("w", DType.F32, List.of(2L))), one.tensors());
      for (SafetensorsFile source : List.of(one, other)) {
        byte[] bytes = new byte[3];
        source.read("w", 4, ByteBuffer.wrap(bytes));
        assertArrayEquals(new byte[] {4, 5, 6}, bytes);
      }
    }
    assertFalse(plain.isOpen());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   | 7  | tensor w needs bytes 0 to 8, but the file holds 7
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   | 9  | 1 bytes follow the last tensor
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}  | 12 | tensor w begins at byte 4, but the tensor before it ends at 0; gaps
          {"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | 12 | tensor w begins at byte 4, but the tensor before it ends at 8; tensors must not overlap
          {"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}   | 8  | tensor w has data_offsets [0, 8], but dtype and shape need 12 bytes
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}   | 8  | tensor w has data_offsets [8, 0]
          {"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}  | 8  | tensor w has -2 in shape
          {"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}} | 8  | tensor w has 1.5 in shape
          {"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}} | 8 | tensor w has an impossible shape
          {"w":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}} | 8 | tensor w has an impossible shape
          {"w":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}     | 8  | tensor w has no shape
          {"w":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}} | 2 | tensor w has dtype F8_E4M3; it must be one of F32, F16, BF16, I64, I32
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}     | 8  | tensor w needs data_offsets of two numbers
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}} | 16 | Duplicate field 'w'
          {"w":7}                                                  | 0  | tensor w has dtype ; it must be one of
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} 1 | 8  | more follows the header's JSON object
          {"w":                                                    | 8  | the header is not valid JSON
          [1]                                                      | 8  | the header is not a JSON object
          """)
  void aMalformedHeaderIsOneClearLine(String header, int data, String message) throws IOException {
    assertRefused(file(header, data), message);
  }

  @Test
  void anAbsurdHeaderLengthIsNotAllocated() throws IOException {
    assertRefused(new byte[5], "5 bytes are too short for safetensors");
    for (long claim : new long[] {9, 1L << 31, Long.MAX_VALUE, -1}) {
      byte[] bytes = new byte[16];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(claim);
      assertRefused(
          bytes, "the header's length is " + Long.toUnsignedString(claim) + "; it must fit");
    }
  }

  @Test
  void aMissingFileIsOneClearLine() {
    Path file = folder.resolve("none.safetensors");
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> SafetensorsFile.open(file));
    assertEquals(file + " is missing", error.getMessage());
  }

  /** Positions beyond what an int can count; the file is sparse and takes no room on disk. */
  @Test
  void readsBeyondTwoGibibytes() throws IOException {
    long elements = 3L << 28;
    String header = "{\"w\":" + entry("F32", "[" + elements + "]", 0, 4 * elements) + "}";
    Path path = folder.resolve("large.safetensors");
    Files.write(path, file(header, 0));
    try (FileChannel end = FileChannel.open(path, StandardOpenOption.WRITE)) {
      end.write(ByteBuffer.wrap(new byte[] {42}), end.size() + 4 * elements - 1);
    }
    try (SafetensorsFile large = SafetensorsFile.open(path)) {
      ByteBuffer last = ByteBuffer.allocate(2);
      large.read("w", 4 * elements - 2, last);
      assertArrayEquals(new byte[] {0, 42}, last.array());
    }
  }

  /** Damaged files either open, and then every tensor reads, or are refused in one line. */
  @Test
  void noDamagedFileDoesWorse() throws IOException {
    TensorsInMemory tensors =
        new TensorsInMemory()
            .floats("model.norm.weight", List.of(2L, 3L), 1, 2, 3, 4, 5, 6)
            .shorts("lm_head.weight", DType.BF16, (short) 1)
            .longs("input_ids", 1, 2, 3);
    ByteArrayOutputStream sound = new ByteArrayOutputStream();
    SafetensorsWriter.write(Channels.newChannel(sound), tensors, DType.F32);
    Path file = folder.resolve("fuzz.safetensors");
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < FUZZED_FILES; i++) {
      Files.write(file, damage(sound.toByteArray(), random));
      refused += opensOrIsRefused(file) ? 0 : 1;
    }
    assertTrue(refused > FUZZED_FILES / 2 && refused < FUZZED_FILES, refused + " were refused");
  }

  private static boolean opensOrIsRefused(Path file) throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      for (TensorInfo info : tensors.tensors().values()) {
        assertTrue(info.byteLength() <= Files.size(file));
        tensors.read(info.name(), 0, ByteBuffer.allocate((int) info.byteLength()));
      }
      return true;
    } catch (UserErrorException e) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.startsWith(file.toString()), message);
      assertEquals(1, message.lines().count(), message);
      assertTrue(message.length() < 1000, message);
      return false;
    }
  }

  /** Cuts the file short, or changes a few bytes of the header's length or text. */
  private static byte[] damage(byte[] sound, Random random) {
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(sound, random.nextInt(2 * sound.length));
    }
    int headerEnd = 8 + (sound[0] & 0xff) + ((sound[1] & 0xff) << 8);
    byte[] bytes = sound.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(8) == 0 ? random.nextInt(8) : random.nextInt(headerEnd);
      bytes[at] = (byte) (random.nextBoolean() ? '0' + random.nextInt(10) : random.nextInt(256));
    }
    return bytes;
  }

  private void assertRefused(byte[] content, String message) throws IOException {
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, content);
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> SafetensorsFile.open(file).close());
    String text = String.valueOf(error.getMessage());
    assertTrue(text.startsWith(file + ": ") && text.contains(message), text);
    assertEquals(1, text.lines().count(), text);
  }

  private static String entry(String dtype, String shape, long begin, long end) {
    return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(dtype, shape, begin, end);
  }

  /** A file of this header and data bytes 0, 1, 2, … */
  private static byte[] file(String header, int dataLength) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataLength).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (int i = 0; i < dataLength; i++) {
      bytes.put((byte) i);
    }
    return bytes.array();
  }
}
