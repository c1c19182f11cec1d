package dev.banyan.runtime.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UndocumentedTest {
    @Test
    void nothingOfTheLibrary() throws IOException {
        var sources = sources(Path.of("src/main/java"));

        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(Undocumented.in(sources))
                .as("public or protected without Javadoc")
                .isEmpty();
    }

    @Test
    void findsEveryOpenMemberThatSaysNothing() {
        assertThat(
                        Undocumented.in(
                                Map.of(
                                        "A",
                                        """
                        public class A {
                            public int field;
                            protected A() {}
                            public void method() {}
                            /** Said. */
                            public void said() {}
                            public enum Mood { GOOD, /** Said. */ BAD }
                            /** Said. */
                            public interface Part {
                                void half();
                                record Word(String text) implements Part {
                                    public void half() {}
                                    static int count() { return 1; }
                                }
                            }
                        }
                        """)))
                .containsExactly(
                        "A",
                        "A#field",
                        "A#<init>",
                        "A#method",
                        "A.Mood",
                        "A.Mood#GOOD",
                        "A.Part#half",
                        "A.Part.Word",
                        "A.Part.Word#half");
    }

    @Test
    void asksNothingOfWhatIsClosedOrSaidElsewhere() {
        assertThat(
                        Undocumented.in(
                                Map.of(
                                        "B",
                                        """
                        class B {
                            public void method() {}
                            public interface Part {}
                        }
                        """,
                                        "C",
                                        """
                        /** Said. */
                        public record C(int part) {
                            private static final int ONE = 1;
                            public C {}
                            int closed() { return ONE; }
                            @Override
                            public String toString() { return ""; }
                            private record Inner(int part) {
                                public int more() { return part; }
                            }
                        }
                        """)))
                .isEmpty();
    }

    private static Map<String, String> sources(Path root) throws IOException {
        var texts = new TreeMap<String, String>();
        try (var files = Files.walk(root)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                texts.put(root.relativize(file).toString().replace(".java", ""), Files.readString(file));
            }
        }
        return texts;
    }
}
