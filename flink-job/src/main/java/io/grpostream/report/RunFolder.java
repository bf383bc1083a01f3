package io.grpostream.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.TrainingStep;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The folder that a run leaves behind: which file is what, and how each is written and read. Files
 * of records ({@code .jsonl}) hold one a line and are only appended to; a last line without its
 * line break was being written when the run died, and is not read.
 */
public final class RunFolder {
  private final Path folder;

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder of a new run.
   *
   * @throws UserErrorException if there is a run in it already
   */
  public static RunFolder create(Path folder) throws IOException {
    RunFolder run = new RunFolder(Files.createDirectories(folder));
    if (Files.exists(run.configFile()) || Files.exists(run.stepsFile())) {
      throw new UserErrorException(
          folder + " already holds a run; give another folder, or remove this one");
    }
    return run;
  }

  /**
   * Opens the folder of a run that is to go on.
   *
   * @throws UserErrorException if no run has left its configuration there
   */
  public static RunFolder reopen(Path folder) {
    RunFolder run = new RunFolder(folder);
    if (!Files.isRegularFile(run.configFile())) {
      throw new UserErrorException(
          folder + " has no config.yaml; give the folder that a run has written");
    }
    return run;
  }

  /**
   * Opens the folder of a run that has been.
   *
   * @throws UserErrorException if no run has left its steps there
   */
  public static RunFolder open(Path folder) {
    RunFolder run = new RunFolder(folder);
    if (!Files.isRegularFile(run.stepsFile())) {
      throw new UserErrorException(
          folder + " has no steps.jsonl; give the folder that a run has written");
    }
    return run;
  }

  /** A folder as it is, whether or not a run has been there. */
  public static RunFolder at(Path folder) {
    return new RunFolder(folder);
  }

  public Path path() {
    return folder;
  }

  /** The resolved configuration. */
  public Path configFile() {
    return folder.resolve("config.yaml");
  }

  /** What decided the run's bits beside its prompts. */
  public Path manifestFile() {
    return folder.resolve("manifest.json");
  }

  /** The ledger: one {@link TrainingStep} a line. */
  public Path stepsFile() {
    return folder.resolve("steps.jsonl");
  }

  /** One {@link Evaluation} a line. */
  public Path evaluationsFile() {
    return folder.resolve("evaluations.jsonl");
  }

  /** One {@link Sample} a line. */
  public Path samplesFile() {
    return folder.resolve("samples.jsonl");
  }

  /** The {@link RunSummary}. */
  public Path summaryFile() {
    return folder.resolve("summary.json");
  }

  /** What {@link Report} makes of all this. */
  public Path reportFile() {
    return folder.resolve("report.html");
  }

  /** The trained policy as a Hugging Face checkpoint. */
  public Path policyFolder() {
    return folder.resolve("policy");
  }

  /** Topics as Avro container files. */
  public Path topicsFolder() {
    return folder.resolve("topics");
  }

  /** The records that got no number, as an Avro container file. */
  public Path rejectedFile() {
    return topicsFolder().resolve("rejected.avro");
  }

  public void writeConfig(String yaml) throws IOException {
    Files.writeString(configFile(), yaml);
  }

  /** Adds these steps to those already written. */
  public void writeSteps(List<TrainingStep> steps) throws IOException {
    append(stepsFile(), steps);
  }

  /** Adds a measurement to those already written; see {@link Evaluation}. */
  public void appendEvaluation(long step, double accuracy, int n) throws IOException {
    append(evaluationsFile(), List.of(new Evaluation(step, accuracy, n)));
  }

  /** Adds these samples to those already written. */
  public void writeSamples(List<Sample> samples) throws IOException {
    append(samplesFile(), samples);
  }

  public void writeSummary(RunSummary summary) throws IOException {
    Files.writeString(summaryFile(), RunJson.write(summary) + "\n");
  }

  /** The resolved configuration; empty if the run left none. */
  public Optional<String> config() throws IOException {
    return text(configFile());
  }

  /** Every step, in the order written. */
  public List<TrainingStep> steps() throws IOException {
    return all(stepsFile(), TrainingStep.class);
  }

  /** Gives every step to the consumer, in the order written, and keeps none of them. */
  public void forEachStep(Consumer<TrainingStep> consumer) throws IOException {
    forEachStep(stepsFile(), consumer);
  }

  /** Gives every step of a steps.jsonl to the consumer, in the order written. */
  public static void forEachStep(Path stepsFile, Consumer<TrainingStep> consumer)
      throws IOException {
    forEach(stepsFile, TrainingStep.class, consumer);
  }

  /** Every measurement, in the order written; none if there is no such file. */
  public List<Evaluation> evaluations() throws IOException {
    return all(evaluationsFile(), Evaluation.class);
  }

  /** Every sample, in the order written; none if there is no such file. */
  public List<Sample> samples() throws IOException {
    return all(samplesFile(), Sample.class);
  }

  /** The summary; empty if the run died before it wrote one. */
  public Optional<RunSummary> summary() throws IOException {
    Optional<String> text = text(summaryFile());
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(parse(text.get(), RunSummary.class, summaryFile(), 1));
  }

  private static void append(Path file, List<?> records) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Object record : records) {
      lines.append(RunJson.write(record)).append('\n');
    }
    // getBytes replaces half a surrogate pair, which a cut-off completion may end in.
    Files.write(
        file,
        lines.toString().getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static <T> List<T> all(Path file, Class<T> type) throws IOException {
    List<T> records = new ArrayList<>();
    forEach(file, type, records::add);
    return records;
  }

  private static <T> void forEach(Path file, Class<T> type, Consumer<? super T> consumer)
      throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    boolean lastIsWhole = endsWithLineBreak(file);
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      for (long number = 1; line != null; number++) {
        String next = reader.readLine();
        if (next != null || lastIsWhole) {
          consumer.accept(parse(line, type, file, number));
        }
        line = next;
      }
    }
  }

  private static boolean endsWithLineBreak(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.position(Math.max(0, channel.size() - 1)).read(last);
      return last.get(0) == '\n';
    }
  }

  private static <T> T parse(String line, Class<T> type, Path file, long number) {
    try {
      return RunJson.read(line, type);
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          file
              + " line "
              + number
              + " is not a "
              + type.getSimpleName()
              + " ("
              + e.getOriginalMessage()
              + "); the file is damaged, or of another version",
          e);
    }
  }

  private static Optional<String> text(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
