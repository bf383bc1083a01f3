package io.grpostream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.tokenizer.ChatMessage;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
      description = "JSON: a list of {role, content}, or an object with it under messages.")
  private Path messages;

  @Option(
      names = "--no-generation-prompt",
      description = "Leave out what begins the assistant's answer.")
  private boolean noGenerationPrompt;

  @Option(names = "--json", description = "Print {text, inputIds}.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<ChatMessage> conversation = read();
    if (adapter != null) {
      AdapterFolder.open(adapter, ModelConfig.read(model)).close();
    }
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(model)) {
      if (tokenizer.chatTemplate() == null) {
        throw new UserErrorException(
            model + " has no chat template; add chat_template.jinja to the folder");
      }
      String text = tokenizer.renderChat(conversation, !noGenerationPrompt);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("text", text);
      result.put("inputIds", tokenizer.encode(text, false));
      spec.commandLine().getOut().println(json ? JsonOutput.line(result) : text);
    }
    return 0;
  }

  private List<ChatMessage> read() throws IOException {
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(Files.readString(messages));
    } catch (NoSuchFileException e) {
      throw new UserErrorException(messages + " does not exist; give a file of messages", e);
    } catch (JsonProcessingException e) {
      throw new UserErrorException(messages + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
    JsonNode list = tree.isObject() ? tree.path("messages") : tree;
    if (!list.isArray() || list.isEmpty()) {
      throw new UserErrorException(
          messages + " holds no messages; write [{\"role\": \"user\", \"content\": \"…\"}]");
    }
    List<ChatMessage> conversation = new ArrayList<>();
    for (JsonNode message : list) {
      if (!message.path("role").isTextual() || !message.path("content").isTextual()) {
        throw new UserErrorException(
            messages
                + " entry "
                + conversation.size()
                + " is "
                + message
                + "; it must have role and content, both text");
      }
      conversation.add(
          new ChatMessage(message.path("role").asText(), message.path("content").asText()));
    }
    return conversation;
  }
}
