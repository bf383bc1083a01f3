package io.grpostream.policy.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source and the attributes of its root module into an archive that libtorch
 * loads: a zip of uncompressed entries with the source under {@code code/__torch__/} and the module
 * object as a Python pickle (protocol 2) in {@code data.pkl}. No Python takes part.
 *
 * @param root the module object to make
 * @param sources names of the {@code .py} resources beside this class that define it
 */
record TorchScriptArchive(ModuleObject root, List<String> sources) {
  private static final String FOLDER = "policy/";
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  /**
   * An object of a TorchScript class.
   *
   * @param source the file that defines the class, without {@code .py}
   * @param type the class's name
   * @param attributes its declared attributes: Boolean, Integer, Double, String or ModuleObject;
   *     {@code training} is added
   */
  record ModuleObject(String source, String type, Map<String, Object> attributes) {}

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", pickle());
      for (String source : sources) {
        put(zip, "code/__torch__/" + source + ".py", resource(source + ".py"));
      }
      put(zip, "constants.pkl", EMPTY_TUPLE);
      put(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      put(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = TorchScriptArchive.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return in.readAllBytes();
    }
  }

  /** libtorch maps entries into memory, so they are stored, not deflated. */
  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(FOLDER + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private byte[] pickle() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(0x80); // PROTO
      out.write(2);
      pickle(out, root);
      out.write('.'); // STOP
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** GLOBAL class, an empty tuple of arguments, NEWOBJ, then its dictionary and BUILD. */
  private static void pickle(DataOutputStream out, ModuleObject object) throws IOException {
    out.writeBytes("c__torch__." + object.source() + "\n" + object.type() + "\n");
    out.write(')');
    out.write(0x81);
    out.write('}');
    out.write('(');
    string(out, "training");
    out.write(0x88);
    for (Map.Entry<String, Object> attribute : object.attributes().entrySet()) {
      string(out, attribute.getKey());
      value(out, attribute.getValue());
    }
    out.write('u');
    out.write('b');
  }

  private static void value(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Boolean flag) {
      out.write(flag ? 0x88 : 0x89);
    } else if (value instanceof Integer integer) {
      out.write('J');
      out.writeInt(Integer.reverseBytes(integer));
    } else if (value instanceof Double number) {
      out.write('G');
      out.writeDouble(number);
    } else if (value instanceof String text) {
      string(out, text);
    } else if (value instanceof ModuleObject object) {
      pickle(out, object);
    } else {
      throw new IllegalArgumentException("no TorchScript attribute can hold " + value);
    }
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeInt(Integer.reverseBytes(utf8.length));
    out.write(utf8);
  }
}
