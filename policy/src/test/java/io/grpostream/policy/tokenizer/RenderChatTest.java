package io.grpostream.policy.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats to text: where the template is found, and what it is given. */
class RenderChatTest {
  private static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "Hello"));

  @TempDir Path folder;

  @BeforeEach
  void copyTheTokenizer() throws IOException {
    Files.copy(Golden.shipped().resolve("llama/tokenizer.json"), folder.resolve("tokenizer.json"));
  }

  @Test
  void rendersAndEncodesAsTransformersDoes() throws IOException {
    JsonNode expected = Golden.json("tokenizer-expected.json");
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : expected.path("messages")) {
      messages.add(
          new ChatMessage(message.path("role").asText(), message.path("content").asText()));
    }
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(Golden.dir().resolve("llama"))) {
      String rendered = tokenizer.renderChat(messages, true);
      assertEquals(expected.path("chat_rendered").asText(), rendered);
      // A plain text gets begin tokens before it; a chat has only those that its template wrote.
      IntStream begin = IntStream.of(tokenizer.encode("", true));
      IntStream chat = IntStream.of(tokenizer.encode(rendered, false));
      assertArrayEquals(tokenizer.encode(rendered, true), IntStream.concat(begin, chat).toArray());
    }
  }

  @Test
  void theTemplateSeesMessagesSpecialTokensAndNone() throws IOException {
    config(
        """
        {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "chat_template":
         "{{ bos_token }}{{ messages }}{{ tools is none }}{{ documents is none }}{{ pad_token is defined }}\
        {% if add_generation_prompt %}>{% endif %}{{ eos_token }}"}
        """);
    assertEquals("<s>[{'role': 'user', 'content': 'Hello'}]TrueTrueFalse></s>", render(true));
    assertEquals("<s>[{'role': 'user', 'content': 'Hello'}]TrueTrueFalse</s>", render(false));
  }

  @Test
  void aFileOfItsOwnWinsOverTheKey() throws IOException {
    config("{\"chat_template\": \"key\"}");
    assertEquals("key", render(false));
    Files.writeString(folder.resolve("chat_template.jinja"), "file {{ messages[0].content }}");
    assertEquals("file Hello", render(false));
  }

  @Test
  void ofNamedTemplatesTheDefaultIsUsed() throws IOException {
    config(
        """
        {"chat_template": [{"name": "tool_use", "template": "tools"},
                           {"name": "default", "template": "plain"}]}
        """);
    assertEquals("plain", render(false));
    config("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"tools\"}]}");
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> PolicyTokenizer.open(folder).close());
    assertTrue(
        String.valueOf(error.getMessage()).contains("chat_template is [{"), error.getMessage());
  }

  @Test
  void withoutATemplateOnlyPlainTextWorks() {
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(folder)) {
      assertNull(tokenizer.chatTemplate());
      UserErrorException error =
          assertThrows(UserErrorException.class, () -> tokenizer.renderChat(HELLO, true));
      assertTrue(
          String.valueOf(error.getMessage()).startsWith(folder + " has no chat template"),
          error.getMessage());
    }
  }

  @Test
  void aTemplateThatIsNoneIsNamedAtOnce() throws IOException {
    config("{\"chat_template\": \"{% if %}\"}");
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> PolicyTokenizer.open(folder).close());
    assertTrue(
        String.valueOf(error.getMessage()).contains("tokenizer_config.json chat_template, line 1"),
        error.getMessage());
  }

  @Test
  void aTemplateMayRefuseMessages() throws IOException {
    config("{\"chat_template\": \"{{ raise_exception('no user first') }}\"}");
    TemplateException error = assertThrows(TemplateException.class, () -> render(true));
    assertTrue(String.valueOf(error.getMessage()).contains("no user first"), error.getMessage());
  }

  private String render(boolean addGenerationPrompt) {
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(folder)) {
      return tokenizer.renderChat(HELLO, addGenerationPrompt);
    }
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }
}
