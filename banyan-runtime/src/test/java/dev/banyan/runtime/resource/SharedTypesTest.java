package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SharedTypesTest {
    private final SharedTypes types = new SharedTypes();

    private record Good(String name, List<String> words, Bytes content) {}

    private record WithArray(String name, byte[] content) {}

    /** A class that its readers could change. */
    public static final class WithSetter {
        private String name = "";

        public String name() {
            return name;
        }

        public void setName(String newName) {
            this.name = newName;
        }
    }

    /** The same in one word. */
    public static final class WithSet {
        private String name = "";

        public String name() {
            return name;
        }

        public void set(String newName) {
            this.name = newName;
        }
    }

    /** The same without ceremony. */
    public static final class WithOpenField {
        public String name = "";
    }

    @ParameterizedTest
    @MethodSource
    void accepts(Object value) {
        assertThatCode(() -> types.check(value)).doesNotThrowAnyException();
        assertThatCode(() -> types.check(value)).doesNotThrowAnyException();
    }

    static List<Object> accepts() {
        return List.of(
                "text",
                7L,
                Optional.of("x"),
                Bytes.EMPTY,
                new Good("a", List.of(), Bytes.EMPTY),
                List.of("a"),
                Map.of("a", "b"),
                Collections.unmodifiableList(new ArrayList<>()));
    }

    @ParameterizedTest
    @MethodSource
    void refuses(Object value) {
        assertThatThrownBy(() -> types.check(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be immutable");
        assertThatThrownBy(() -> types.check(value)).isInstanceOf(IllegalArgumentException.class);
    }

    static List<Object> refuses() {
        return List.of(
                new byte[1],
                new WithArray("a", new byte[1]),
                new WithSetter(),
                new WithSet(),
                new WithOpenField(),
                new ArrayList<>(),
                new HashMap<>(),
                new StringBuilder(),
                new AtomicLong(),
                new Date(0));
    }
}
