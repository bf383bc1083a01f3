package io.grpostream.policy.sampling;

import io.grpostream.policy.engine.ModelProgram;
import io.grpostream.policy.engine.ModelProgram.Places;
import io.grpostream.policy.engine.ModelProgram.Slots;
import io.grpostream.policy.engine.NativeTensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows that decode, with their keys and values in native memory. Ended rows leave when they are
 * an eighth of the rows, so that moving the others' keys and values pays; the room for keys and
 * values doubles as completions grow, up to their limit. Both depend on the rows' tokens alone,
 * never on time.
 */
final class DecodingRows implements AutoCloseable {
  private static final int LEAVING_SHARE = 8;

  private final ModelProgram program;
  private final int longest;
  private List<Row> rows;
  private NativeTensor[] cache;
  private NativeTensor lengths;
  private Slots slots;
  private NativeTensor seen;
  private int room;

  /**
   * Takes over what {@link ModelProgram#prefill} made room for.
   *
   * @param rows whole groups of the same number of rows
   * @param group rows per prompt
   * @param cache with room for {@link #firstRoom}
   * @param seen for the repetition penalty; see {@link ModelProgram#choose}
   */
  DecodingRows(
      ModelProgram program, List<Row> rows, int group, NativeTensor[] cache, NativeTensor seen) {
    this.program = program;
    this.rows = rows;
    this.cache = cache;
    this.seen = seen;
    this.room = firstRoom(rows);
    this.longest = rows.stream().mapToInt(row -> row.prompt().ids().length).max().orElse(0);
    this.lengths = lengths(rows);
    this.slots = slots(rows, group);
  }

  /** Tokens per completion that the cache first has room for. */
  static int firstRoom(List<Row> rows) {
    return CacheRoom.first(limit(rows));
  }

  private static int limit(List<Row> rows) {
    return rows.stream().mapToInt(Row::limit).max().orElse(0);
  }

  /** In order of prompt and index; some may have ended. */
  List<Row> rows() {
    return rows;
  }

  NativeTensor[] cache() {
    return cache;
  }

  NativeTensor seen() {
    return seen;
  }

  Places places() {
    return new Places(lengths, longest, slots);
  }

  /**
   * Lets ended rows leave if that pays, and makes room for the next token.
   *
   * @param filled tokens of each completion whose keys and values are in the cache
   */
  void settle(int filled) {
    long ended = rows.stream().filter(Row::ended).count();
    boolean leave = ended * LEAVING_SHARE >= rows.size();
    if (!leave && filled < room) {
      return;
    }
    int[] places =
        IntStream.range(0, rows.size()).filter(i -> !leave || !rows.get(i).ended()).toArray();
    List<Row> staying = Arrays.stream(places).mapToObj(rows::get).toList();
    room = filled < room ? room : CacheRoom.next(room, limit(staying));
    Slots kept = slots(staying, largestGroup(staying));
    try (NativeTensor promptPlaces = tensor(placesAmong(groups(rows), groups(staying)));
        NativeTensor rowPlaces = tensor(places);
        NativeTensor leaving = slots.places()) {
      moveCache(
          promptPlaces, new Slots(program.rowsOf(leaving, rowPlaces), slots.group()), kept, filled);
      if (seen.shape().length > 1) {
        NativeTensor keptSeen = program.rowsOf(seen, rowPlaces);
        seen.close();
        seen = keptSeen;
      }
    }
    rows = staying;
    slots = kept;
    lengths.close();
    lengths = lengths(staying);
  }

  private void moveCache(NativeTensor prompts, Slots from, Slots to, int filled) {
    try (NativeTensor places = from.places()) {
      NativeTensor[] moved = program.keep(cache, prompts, from, to, filled, room);
      NativeTensor.closeAll(cache);
      cache = moved;
    }
  }

  /** The groups of rows, each once, in order. */
  private static int[] groups(List<Row> rows) {
    return rows.stream().mapToInt(Row::group).distinct().toArray();
  }

  private static int largestGroup(List<Row> rows) {
    return Arrays.stream(groups(rows))
        .map(group -> (int) rows.stream().filter(row -> row.group() == group).count())
        .max()
        .orElse(0);
  }

  private static Slots slots(List<Row> rows, int group) {
    int[] slots = new int[rows.size()];
    for (int i = 1; i < slots.length; i++) {
      boolean same = rows.get(i).group() == rows.get(i - 1).group();
      slots[i] = same ? slots[i - 1] + 1 : (slots[i - 1] / group + 1) * group;
    }
    return new Slots(tensor(slots), group);
  }

  /** The prompts' numbers of tokens. */
  private static NativeTensor lengths(List<Row> rows) {
    return tensor(
        IntStream.range(0, rows.size())
            .filter(i -> i == 0 || rows.get(i).group() != rows.get(i - 1).group())
            .map(i -> rows.get(i).prompt().ids().length)
            .toArray());
  }

  /** Where chosen numbers stand among all; both ascend. */
  private static int[] placesAmong(int[] all, int[] chosen) {
    return Arrays.stream(chosen).map(each -> Arrays.binarySearch(all, each)).toArray();
  }

  private static NativeTensor tensor(int[] numbers) {
    return NativeTensor.of(Arrays.stream(numbers).asLongStream().toArray(), numbers.length);
  }

  @Override
  public void close() {
    NativeTensor.closeAll(cache);
    lengths.close();
    slots.places().close();
    seen.close();
  }
}
