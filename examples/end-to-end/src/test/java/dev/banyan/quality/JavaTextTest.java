package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JavaTextTest {
    @Test
    void commentsAreNotCode() {
        var text = JavaText.of("a(); // b();\n/* c();\n d(); */ e();");

        assertThat(text.code()).isEqualTo("a();        \n       \n         e();");
        assertThat(text.comments()).isEqualTo("     // b();\n/* c();\n d(); */     ");
    }

    @Test
    void literalsKeepTheirQuotesOnly() {
        assertThat(JavaText.of("f(\"a\\\"b\", '\\'', 'x');").code()).isEqualTo("f(\"    \", '  ', ' ');");
    }

    @Test
    void aQuoteInsideATextBlockDoesNotEndIt() {
        assertThat(JavaText.of("s = \"\"\"\n say \"hi\" // no\n \"\"\"; f();").code())
                .isEqualTo("s = \"\"\"\n               \n \"\"\"; f();");
    }

    @Test
    void aCommentSignInsideAStringOpensNoComment() {
        var text = JavaText.of("f(\"http://x\"); g();");

        assertThat(text.code()).endsWith("g();");
        assertThat(text.comments()).isBlank();
    }

    @Test
    void anOpenCommentEndsWithTheFile() {
        assertThat(JavaText.of("a /* b").code()).isEqualTo("a     ");
        assertThat(JavaText.of("a // b").code()).isEqualTo("a     ");
        assertThat(JavaText.of("a \"b\\").code()).isEqualTo("a \"  ");
    }
}
