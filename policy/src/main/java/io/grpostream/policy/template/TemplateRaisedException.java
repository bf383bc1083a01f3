package io.grpostream.policy.template;

/**
 * The template called {@code raise_exception}: the conversation breaks a rule of the template, such
 * as roles that must alternate. {@link #reason()} is the template's own message.
 */
public final class TemplateRaisedException extends TemplateException {
  TemplateRaisedException(String templateName, int line, String construct, String reason) {
    super(templateName, line, construct, reason);
  }
}
