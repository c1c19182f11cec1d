package dev.banyan.runtime.json;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be changed is found when the codec is made, not when two threads meet in a value. */
class FormsTest {
    static final class Settable {
        int value;
    }

    interface Open {}

    sealed interface Partly {
        record Fine() implements Partly {}

        final class Odd implements Partly {}
    }

    sealed interface Twins {
        record One() implements Twins {}
    }

    record Generic<T>(T content) {}

    record Numbers(int[] values) {}

    record Raw(byte[] content) {}

    record Dated(Optional<Date> since) {}

    record Deep(List<Map<String, Settable>> parts) {}

    record Growing(ArrayList<String> names) {}

    record Collected(Collection<String> names) {}

    record Unordered(Set<String> names) {}

    record Anything(Object value) {}

    record Interfaced(Open value) {}

    record Mixed(Partly value) {}

    record Short(short value) {}

    record Untyped(List<?> values) {}

    @SuppressWarnings("rawtypes") // what a careless author writes
    record Bare(List values) {}

    record OfGeneric(Generic<String> value) {}

    record Doubt(Optional<Optional<String>> value) {}

    record Keyed(Map<Integer, String> values) {}

    record Twice(UnknownFields one, UnknownFields two) {}

    record Hidden(List<Dated> inner) {}

    record Tree(List<Tree> children, Map<String, Tree> named) {}

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(Numbers.class, "Numbers.values", "int[]", "take List<int>"),
                Arguments.of(Raw.class, "Raw.content", "byte[]", "take Bytes"),
                Arguments.of(Dated.class, "Dated.since", "java.util.Date", "take Instant"),
                Arguments.of(Deep.class, "Deep.parts", "Settable", "make it a record"),
                Arguments.of(Growing.class, "Growing.names", "java.util.ArrayList", "take List"),
                Arguments.of(Collected.class, "Collected.names", "java.util.Collection", "take List"),
                Arguments.of(Unordered.class, "Unordered.names", "java.util.Set", "take a sorted List"),
                Arguments.of(Anything.class, "Anything.value", "java.lang.Object", "a sealed interface"),
                Arguments.of(Interfaced.class, "Interfaced.value", "Open", "make it a sealed interface of records"),
                Arguments.of(Mixed.class, "Mixed.value", "Odd", "must be records"),
                Arguments.of(Short.class, "Short.value", "short", "take int"),
                Arguments.of(Untyped.class, "Untyped.values", "?", "name the type"),
                Arguments.of(Bare.class, "Bare.values", "java.util.List", "say of what it is one"),
                Arguments.of(OfGeneric.class, "OfGeneric.value", "Generic", "make it a record"),
                Arguments.of(Generic.class, "Generic", "Generic", "type variables"),
                Arguments.of(Doubt.class, "Doubt.value", "Optional", "more than JSON can tell"),
                Arguments.of(Keyed.class, "Keyed.values", "java.lang.Integer", "String or an enum"),
                Arguments.of(Twice.class, "Twice.two", "UnknownFields", "one component for them is enough"),
                Arguments.of(Hidden.class, "Dated.since", "java.util.Date", "take Instant"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatCanChangeAndWhereAndWhatToDo(Class<?> type, String place, String what, String advice) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonCodec.of(type))
                .withMessageContaining(place)
                .withMessageContaining(what)
                .withMessageContaining(advice);
    }

    @Test
    void takesNoClassThatIsNoRecord() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonCodec.of(Settable.class))
                .withMessageContaining("make it one");
    }

    @Test
    void takesARecordThatContainsItself() {
        assertThatNoException().isThrownBy(() -> JsonCodec.of(Tree.class));
        assertThatNoException().isThrownBy(() -> JsonCodec.of(Twins.class));
    }
}
