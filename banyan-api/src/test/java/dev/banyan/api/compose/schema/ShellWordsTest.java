package dev.banyan.api.compose.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    @Test
    void splitsAsAShellDoes() {
        assertThat(split("nginx -g 'daemon off;'")).containsExactly("nginx", "-g", "daemon off;");
        assertThat(split("  a\t b\n")).containsExactly("a", "b");
        assertThat(split("a\\ b \"c \\\"d\\\" \\e\" '\\'")).containsExactly("a b", "c \"d\" \\e", "\\");
        assertThat(split("--x=\"1 2\"'3 4'5")).containsExactly("--x=1 23 45");
        assertThat(split("a '' \"\"")).containsExactly("a", "", "");
        assertThat(split("")).isEmpty();
    }

    @Test
    void expandsNothing() {
        assertThat(split("echo $HOME `id` ; rm -rf / # all"))
                .containsExactly("echo", "$HOME", "`id`", ";", "rm", "-rf", "/", "#", "all");
    }

    @Test
    void findsQuotesThatAreNotClosed() {
        assertThat(ShellWords.split("a 'b")).isEmpty();
        assertThat(ShellWords.split("a \"b")).isEmpty();
        assertThat(ShellWords.split("a \\")).isEmpty();
    }

    private static List<String> split(String line) {
        return ShellWords.split(line).orElseThrow();
    }
}
