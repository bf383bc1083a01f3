package io.grpostream.policy.template;

/**
 * A template cannot be parsed or rendered; the message names the template, the line and the
 * construct. Its subtype {@link TemplateRaisedException} stands for an error that the template
 * itself reported.
 */
public class TemplateException extends RuntimeException {
  private final String templateName;
  private final int line;
  private final String construct;
  private final String reason;

  TemplateException(String templateName, int line, String construct, String reason) {
    super("template " + templateName + ", line " + line + ", " + construct + ": " + reason);
    this.templateName = templateName;
    this.line = line;
    this.construct = construct;
    this.reason = reason;
  }

  /** The name given to {@link ChatTemplate#parse(String, String)}. */
  public String templateName() {
    return templateName;
  }

  /** The line of the source, from 1. */
  public int line() {
    return line;
  }

  /** The construct that failed, for example {@code filter 'tojson'}. */
  public String construct() {
    return construct;
  }

  /** What is wrong, without the place. */
  public String reason() {
    return reason;
  }
}
