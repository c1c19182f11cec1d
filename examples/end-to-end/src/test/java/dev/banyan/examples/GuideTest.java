package dev.banyan.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.BuildTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GuideTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    @Test
    void showsNothingButWhatTheExamplesContain() throws IOException {
        var text = Files.readString(BuildTree.root().resolve("docs/runtime.md"));

        assertThat(Guide.blocks(text)).hasSizeGreaterThan(5);
        assertThat(Guide.invented(text, Guide.programs(BuildTree.root().resolve("examples/controllers"))))
                .isEmpty();
    }

    @Test
    void leadsToFilesThatAreThere() throws IOException {
        var docs = BuildTree.root().resolve("docs");

        assertThat(LINK.matcher(Files.readString(docs.resolve("runtime.md"))).results())
                .hasSizeGreaterThan(5)
                .allSatisfy(link -> assertThat(docs.resolve(link.group(1))).exists());
    }

    @Test
    void findsABlockWhateverItsIndentation() {
        var text = "```java\nint a;\nint b;\n```\n```sh\nls\n```\n```java\nint c;\n```\n";

        assertThat(Guide.invented(text, List.of("class A {\n    int a;\n\n    int b;\n}")))
                .containsExactly("int c;");
        assertThat(Guide.invented(text, List.of("int a;\nint x;\nint b;", "int c;")))
                .containsExactly("int a;\nint b;");
        assertThat(Guide.invented("```java\nint a\n```\n", List.of("print a;"))).hasSize(1);
    }
}
