package io.grpostream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo render}: a conversation as the checkpoint's chat template writes it. */
@Command(
    name = "render",
    description = "Print a conversation as the checkpoint's chat template writes it.")
final class RenderCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OPTIONS = new TypeReference<>() {};

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A checkpoint folder in Hugging Face layout.")
  private Path model;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "Adapters (LoRA) for this model; they are checked, the text is the model's.")
  private @Nullable Path adapter;

  @Option(
      names = "--messages",
      required = true,
      paramLabel = "FILE",
      description =
          "JSON: a list of {role, content}, or an object with it under messages; the object's"
              + " other keys (tools, documents, …) are names that the template sees.")
  private Path messages;

  @Option(
      names = "--no-generation-prompt",
      description = "Leave out what begins the assistant's answer.")
  private boolean noGenerationPrompt;

  @Option(names = "--json", description = "Print {text, inputIds}.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Conversation conversation = read();
    if (adapter != null) {
      AdapterFolder.open(adapter, ModelConfig.read(model)).close();
    }
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(model)) {
      if (tokenizer.chatTemplate() == null) {
        throw new UserErrorException(
            model + " has no chat template; add chat_template.jinja to the folder");
      }
      String text = tokenizer.renderChat(conversation.messages(), conversation.options());
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("text", text);
      result.put("inputIds", tokenizer.encode(text, false));
      spec.commandLine().getOut().println(json ? JsonOutput.line(result) : text);
    }
    return 0;
  }

  /** The messages, and what else the template is given. */
  private record Conversation(Object messages, Map<String, Object> options) {}

  private Conversation read() throws IOException {
    JsonNode tree = tree();
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("add_generation_prompt", true);
    if (tree.isObject()) {
      options.putAll(JSON.convertValue(tree, OPTIONS));
      options.remove("messages");
    }
    if (noGenerationPrompt) {
      options.put("add_generation_prompt", false);
    }
    JsonNode list = tree.isObject() ? tree.path("messages") : tree;
    if (!list.isArray() || list.isEmpty()) {
      throw new UserErrorException(
          messages + " holds no messages; write [{\"role\": \"user\", \"content\": \"…\"}]");
    }
    for (int number = 0; number < list.size(); number++) {
      if (!list.get(number).path("role").isTextual()) {
        throw new UserErrorException(
            messages
                + " entry "
                + number
                + " is "
                + list.get(number)
                + "; it must be an object whose role is a text");
      }
    }
    return new Conversation(JSON.convertValue(list, Object.class), options);
  }

  private JsonNode tree() throws IOException {
    try {
      return JSON.readTree(Files.readString(messages));
    } catch (NoSuchFileException e) {
      throw new UserErrorException(messages + " does not exist; give a file of messages", e);
    } catch (JsonProcessingException e) {
      throw new UserErrorException(messages + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
