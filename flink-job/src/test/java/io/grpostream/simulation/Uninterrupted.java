package io.grpostream.simulation;

import io.grpostream.rules.LedgerChain;
import io.grpostream.simulation.Message.Answer;
import io.grpostream.simulation.Message.Group;
import io.grpostream.simulation.Message.NumberedPrompt;
import io.grpostream.simulation.Message.Prompt;
import java.util.ArrayList;
import java.util.List;

/**
 * What lockstep must come to, written down as a plain loop: batch after batch, no tasks, no
 * failures. "A whole asynchronous run is a function of the prompt topic."
 */
final class Uninterrupted {
  private Uninterrupted() {}

  static List<World.Step> ledger(Scenario scenario, List<Prompt> accepted) {
    int batchGroups = scenario.batches().batchGroups();
    List<String> hashes = new ArrayList<>(List.of(FakePolicy.BASE));
    List<World.Step> ledger = new ArrayList<>();
    for (int k = 0; k < scenario.steps(); k++) {
      int version = Math.max(0, k - (int) scenario.maxStaleness());
      List<Group> batch = new ArrayList<>();
      for (int n = k * batchGroups; n < (k + 1) * batchGroups; n++) {
        NumberedPrompt prompt = new NumberedPrompt(n, accepted.get(n));
        batch.add(sample(prompt, version, hashes.get(version), scenario.members().groupSize()));
      }
      String parent = hashes.get(k);
      hashes.add(train(parent, batch, scenario));
      ledger.add(
          new World.Step(
              new LedgerChain.Link(k, k + 1, hashes.get(k + 1), parent),
              batch.stream()
                  .map(
                      g ->
                          new World.Trained(
                              g.number(),
                              accepted.get((int) g.number()).offset(),
                              version,
                              hashes.get(version)))
                  .toList()));
    }
    return ledger;
  }

  private static Group sample(NumberedPrompt prompt, int version, String hash, int groupSize) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < groupSize; i++) {
      long content = FakePolicy.sample(hash, prompt.number(), i, 0);
      answers.add(new Answer(prompt, i, version, hash, content));
    }
    return new Group(answers);
  }

  private static String train(String parent, List<Group> batch, Scenario scenario) {
    int size = batch.size() / scenario.minibatches().minibatches();
    String weights = parent;
    for (int pass = 0; pass < scenario.minibatches().updatesPerBatch(); pass++) {
      for (int from = 0; from < batch.size(); from += size) {
        weights = FakePolicy.update(weights, batch.subList(from, from + size));
      }
    }
    return weights;
  }
}
