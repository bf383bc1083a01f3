package io.grpostream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command left: its exit code and everything it wrote. */
public record Ran(int code, String out, String err) {
  /** Runs {@code grpo} in this process. */
  public static Ran grpo(Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Grpo.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(words);
    return new Ran(code, out.toString(), err.toString());
  }
}
