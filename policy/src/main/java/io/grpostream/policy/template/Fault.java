package io.grpostream.policy.template;

/**
 * What went wrong, before the place is known: thrown deep inside values, filters and methods, and
 * turned into a {@link TemplateException} by the innermost node that was being evaluated.
 */
final class Fault extends RuntimeException {
  private final boolean raisedByTemplate;

  private Fault(String reason, boolean raisedByTemplate) {
    super(reason);
    this.raisedByTemplate = raisedByTemplate;
  }

  Fault(String reason) {
    this(reason, false);
  }

  /** A construct of Python or Jinja2 that this interpreter lacks. */
  static Fault unsupported(String what) {
    return new Fault(what + " is not supported by this interpreter");
  }

  /** The template's own error. */
  static Fault raised(String reason) {
    return new Fault(reason, true);
  }

  TemplateException at(String templateName, int line, String construct) {
    String reason = String.valueOf(getMessage());
    TemplateException placed =
        raisedByTemplate
            ? new TemplateRaisedException(templateName, line, construct, reason)
            : new TemplateException(templateName, line, construct, reason);
    placed.initCause(this);
    return placed;
  }
}
