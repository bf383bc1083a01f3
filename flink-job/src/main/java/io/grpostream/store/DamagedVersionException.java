package io.grpostream.store;

import java.io.IOException;

/** A version's object is there, and is not what was announced. */
public final class DamagedVersionException extends IOException {
  DamagedVersionException(String message) {
    super(message);
  }

  DamagedVersionException(String uri, Throwable cause) {
    super(uri + " is damaged: " + cause.getMessage(), cause);
  }
}
