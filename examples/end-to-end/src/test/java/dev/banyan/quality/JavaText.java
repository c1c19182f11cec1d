package dev.banyan.quality;

/**
 * A source taken apart, so that a search for a call does not find a comment or a string that speaks of it.
 *
 * <p>Both parts have the length and the lines of the whole; what is not theirs is blank.
 *
 * @param code what the compiler acts on; of literals only the quotes are left
 * @param comments what it skips
 */
record JavaText(String code, String comments) {

    static JavaText of(String text) {
        return new Splitter(text).run();
    }

    private static final class Splitter {
        private final String text;
        private final StringBuilder code;
        private final StringBuilder comments;
        private int at;

        Splitter(String text) {
            this.text = text;
            this.code = new StringBuilder(text);
            this.comments = new StringBuilder(text.replaceAll("[^\n]", " "));
        }

        JavaText run() {
            while (at < text.length()) {
                if (text.startsWith("//", at)) {
                    comment("\n", 0);
                } else if (text.startsWith("/*", at)) {
                    comment("*/", 2);
                } else if (text.startsWith("\"\"\"", at)) {
                    literal("\"\"\"");
                } else if (text.charAt(at) == '"') {
                    literal("\"");
                } else if (text.charAt(at) == '\'') {
                    literal("'");
                } else {
                    at++;
                }
            }
            return new JavaText(code.toString(), comments.toString());
        }

        private void comment(String end, int length) {
            int found = text.indexOf(end, at + 2);
            int to = found < 0 ? text.length() : found + length;
            comments.replace(at, to, text.substring(at, to));
            blank(at, to);
            at = to;
        }

        private void literal(String quote) {
            int inside = at + quote.length();
            int end = inside;
            while (end < text.length() && !text.startsWith(quote, end)) {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            blank(inside, Math.min(end, text.length()));
            at = end + quote.length();
        }

        private void blank(int from, int to) {
            for (int i = from; i < to; i++) {
                if (text.charAt(i) != '\n') {
                    code.setCharAt(i, ' ');
                }
            }
        }
    }
}
