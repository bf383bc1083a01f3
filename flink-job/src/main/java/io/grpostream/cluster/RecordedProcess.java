package io.grpostream.cluster;

import io.grpostream.policy.UserErrorException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that outlives the command that started it. Its folder has a log of everything it prints
 * and a file with its process id and the time it started: an id alone may meanwhile be another
 * process's.
 *
 * @param name what it is called, such as {@code taskmanager-1}
 * @param folder holds {@code NAME.pid} and {@code NAME.out}
 */
record RecordedProcess(String name, Path folder) {
  /**
   * What the system says of a start, in hundredths of a second, is rounded differently at times.
   */
  private static final Duration SAME_START = Duration.ofMillis(100);

  /** Runs a program in a session of its own, which signals to this command's do not reach. */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /** How a process ends. */
  enum End {
    /** SIGTERM: it may put things in order first. */
    TERMINATE,
    /** SIGKILL: at once. */
    KILL
  }

  /**
   * Starts it, detached from this command's input and output.
   *
   * @param environment variables put over this process's own
   */
  ProcessHandle start(List<String> command, Map<String, String> environment) throws IOException {
    Files.createDirectories(folder);
    List<String> detached = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      detached.add(SETSID.toString());
    }
    detached.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(detached)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
    builder.environment().putAll(environment);
    ProcessHandle process = builder.start().toHandle();
    Path written = folder.resolve(name + ".pid.new");
    Files.writeString(written, process.pid() + " " + startOf(process).toEpochMilli() + "\n");
    Files.move(
        written, pidFile(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    return process;
  }

  /** The process, if it still runs. */
  Optional<ProcessHandle> running() {
    try {
      String[] recorded = Files.readString(pidFile()).strip().split(" ");
      Instant started = Instant.ofEpochMilli(Long.parseLong(recorded[1]));
      return ProcessHandle.of(Long.parseLong(recorded[0]))
          .filter(ProcessHandle::isAlive)
          .filter(
              process ->
                  Duration.between(started, startOf(process)).abs().compareTo(SAME_START) <= 0);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new UserErrorException(
          pidFile() + " cannot be read (" + e + "); end the process yourself and remove it", e);
    }
  }

  /** Sends it the signal, if it runs, and waits until it has ended; true if it has. */
  boolean end(End how, Duration patience) throws InterruptedException {
    Optional<ProcessHandle> process = running();
    if (process.isEmpty()) {
      return true;
    }
    boolean sent = how == End.KILL ? process.get().destroyForcibly() : process.get().destroy();
    try {
      process.get().onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return !sent || !process.get().isAlive();
    } catch (ExecutionException e) {
      throw new CompletionException(e);
    }
  }

  void forget() throws IOException {
    Files.deleteIfExists(pidFile());
  }

  Path output() {
    return folder.resolve(name + ".out");
  }

  private Path pidFile() {
    return folder.resolve(name + ".pid");
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }
}
