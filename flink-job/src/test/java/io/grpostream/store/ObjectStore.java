package io.grpostream.store;

import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.core.fs.local.LocalRecoverableWriter;

/**
 * A file system that can do what object stores can: no renaming, no appending, no folders to list
 * before something is in them. {@code objects:///FOLDER} is a folder of this machine.
 */
final class ObjectStore extends LocalFileSystem {
  static final String SCHEME = "objects";

  /** Found by Flink through {@code META-INF/services}. */
  public static final class Factory implements FileSystemFactory {
    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public FileSystem create(URI address) {
      return new ObjectStore();
    }
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public boolean mkdirs(Path path) {
    return true;
  }

  @Override
  public FSDataOutputStream create(Path path, WriteMode mode) throws IOException {
    super.mkdirs(path.getParent());
    return super.create(path, mode);
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("an object store cannot rename " + from);
  }

  @Override
  public LocalRecoverableWriter createRecoverableWriter() {
    throw new UnsupportedOperationException("an object store cannot append");
  }
}
