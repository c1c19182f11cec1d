package dev.banyan.runtime.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The library's signatures against {@code api.txt}: whoever changes them says so in the same commit. */
class ApiTest {
    private static final String ACCEPT = "./mvnw test -pl banyan-runtime -am -Dtest=ApiTest -Dbanyan.api=accept";

    @Test
    void isWhatTheFileSays() throws Exception {
        var file = Path.of("api.txt");
        var now = text();
        if ("accept".equals(System.getProperty("banyan.api"))) {
            Files.writeString(file, now);
        }

        assertThat(now)
                .as("the public API and banyan-runtime/api.txt differ; if that is meant, run: " + ACCEPT)
                .isEqualTo(Files.readString(file));
    }

    @Test
    void tellsTypesMembersAndWhatTheyAre() {
        assertThat(Api.of(List.of(Sample.class)))
                .containsExactly(
                        "",
                        "dev.banyan.runtime.api.Sample: abstract class Sample<T extends Comparable<T>> is AutoCloseable",
                        "    <X> List<X> all(Collection<? extends T>, X[]) throws IOException",
                        "    abstract void close()",
                        "    protected int hidden()",
                        "    protected new(int)",
                        "    static final String NAME");
    }

    @Test
    void tellsNestedTypesByTheirWholeNameInOrder() {
        assertThat(Api.of(List.of(Sample.Part.Word.class, Sample.Part.class, Sample.Mood.class)))
                .containsExactly(
                        "",
                        "dev.banyan.runtime.api.Sample.Mood: enum Mood",
                        "    constant BAD",
                        "    constant GOOD",
                        "",
                        "dev.banyan.runtime.api.Sample.Part: sealed interface Part",
                        "    default Sample.Part half()",
                        "    static boolean last()",
                        "",
                        "dev.banyan.runtime.api.Sample.Part.Word: record Word(String text, Optional<Sample.Part> next) is Sample.Part",
                        "    static Sample.Part.Word of(String)");
    }

    @Test
    void leavesOutWhatNobodyElseCanUse() {
        assertThat(Api.of(List.of(Api.class, Sample.Unseen.class))).isEmpty();
    }

    private static String text() throws Exception {
        return "Every type and member of banyan-runtime that other code may use. Accept changes by: " + ACCEPT + "\n"
                + String.join("\n", Api.of(Classes.ofTheLibrary())) + "\n";
    }
}
