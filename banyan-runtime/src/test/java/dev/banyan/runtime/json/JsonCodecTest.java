package dev.banyan.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.DecodeException;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.SharedTypes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
    enum Level {
        LOW,
        HIGH {
            @Override
            public String toString() {
                return "a constant's text is not its name";
            }
        }
    }

    sealed interface Target {
        record Address(String host, int port) implements Target {}

        record Alias(String name, List<Target> others) implements Target {}

        record Nowhere() implements Target {}
    }

    record Entry(String name, Optional<Duration> ttl, List<Target> targets) {}

    record Zone(
            String domain,
            boolean open,
            int serial,
            long size,
            double share,
            Level level,
            Instant since,
            Bytes key,
            List<Entry> entries,
            Map<String, Integer> counts,
            Map<Level, List<String>> byLevel,
            Optional<Zone> parent) {}

    record Ttl(int seconds) {
        Ttl {
            if (seconds < 0) {
                throw new IllegalArgumentException("seconds are not negative");
            }
        }
    }

    record Loose(Optional<String> name, List<Integer> numbers, Map<String, Ttl> ttls) {}

    record Boxes(Integer a, Long b, Double c, Boolean d) {}

    record Careless(String a, @Nullable String b) {}

    record Status(String phase, int ready) {}

    private static final JsonCodec<Zone> ZONES = JsonCodec.of(Zone.class);
    private static final JsonCodec<Loose> LOOSE = JsonCodec.of(Loose.class);

    private static final Zone SMALL = new Zone(
            "b.org",
            false,
            -1,
            Long.MIN_VALUE,
            0.1,
            Level.HIGH,
            Instant.EPOCH,
            Bytes.EMPTY,
            List.of(),
            Map.of(),
            Map.of(),
            Optional.empty());

    private static final Zone LARGE = new Zone(
            "a.org/\u00e4\"\\\u2028<",
            true,
            7,
            Long.MAX_VALUE,
            -0.0,
            Level.LOW,
            Instant.parse("2026-11-21T10:00:00.123456789Z"),
            Bytes.copyOf(new byte[] {0, -1, 127}),
            List.of(
                    new Entry("www", Optional.of(Duration.ofMillis(1500)), List.of(new Target.Address("h", 80))),
                    new Entry(
                            "",
                            Optional.empty(),
                            List.of(new Target.Alias("x", List.of(new Target.Nowhere())), new Target.Nowhere()))),
            Map.of("z", 1, "a", 2),
            Map.of(Level.HIGH, List.of("up"), Level.LOW, List.of()),
            Optional.of(SMALL));

    @Test
    void readsBackWhatItWrote() {
        assertThat(ZONES.decode(ZONES.encode(LARGE))).isEqualTo(LARGE);
        assertThat(ZONES.decode(ZONES.encode(SMALL))).isEqualTo(SMALL);
    }

    @Test
    void writesWhatPeopleCanRead() {
        var entry = JsonCodec.of(Entry.class);
        var value = new Entry("www", Optional.of(Duration.ofSeconds(30)), List.of(new Target.Address("<h>", 80)));

        assertThat(entry.encode(value).toUtf8())
                .isEqualTo(
                        "{\"name\":\"www\",\"ttl\":\"PT30S\",\"targets\":[{\"Address\":{\"host\":\"<h>\",\"port\":80}}]}");
    }

    @Test
    void writesEqualValuesAsEqualBytes() {
        var random = new SeededRandom(5);
        var names = new ArrayList<String>();
        for (int i = 0; i < 50; i++) {
            names.add("name" + random.nextInt(1_000_000));
        }
        var one = new LinkedHashMap<String, Ttl>();
        names.forEach(name -> one.put(name, new Ttl(1)));
        var other = new LinkedHashMap<String, Ttl>();
        names.reversed().forEach(name -> other.put(name, new Ttl(1)));

        assertThat(LOOSE.encode(new Loose(Optional.empty(), List.of(), one)))
                .isEqualTo(LOOSE.encode(new Loose(Optional.empty(), List.of(), other)));
    }

    @Test
    void readsAMapInTheOrderOfItsKeys() {
        var read = LOOSE.decode(
                Bytes.utf8("{\"ttls\":{\"b\":{\"seconds\":1},\"c\":{\"seconds\":1},\"a\":{\"seconds\":1}}}"));

        assertThat(read.ttls().keySet()).containsExactly("a", "b", "c");
    }

    @Test
    void leavesOutWhatIsEmptySoThatANewComponentChangesNoBytes() {
        assertThat(LOOSE.encode(new Loose(Optional.empty(), List.of(), Map.of()))
                        .toUtf8())
                .isEqualTo("{}");
        assertThat(LOOSE.decode(Bytes.utf8("{\"name\":null}")))
                .isEqualTo(new Loose(Optional.empty(), List.of(), Map.of()));
    }

    @Test
    void readsEmptyBytesAsTheRecordOfWhichNothingIsThere() {
        assertThat(LOOSE.decode(Bytes.EMPTY)).isEqualTo(new Loose(Optional.empty(), List.of(), Map.of()));
    }

    @Test
    void readsEmptyBytesAsTheValueThatItWasGiven() {
        var none = new Status("new", 0);

        assertThat(JsonCodec.of(Status.class, none).decode(Bytes.EMPTY)).isSameAs(none);
        assertThat(JsonCodec.of(Status.class, none).ignoringUnknownFields().decode(Bytes.EMPTY))
                .isSameAs(none);
        assertThatThrownBy(() -> JsonCodec.of(Status.class).decode(Bytes.EMPTY))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("JsonCodec.of(type, empty)")
                .hasMessageContaining("needs 'phase'");
    }

    @Test
    void tellsAllDoublesApart() {
        var codec = JsonCodec.of(Boxes.class);
        for (double number : List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e-320)) {
            var value = new Boxes(1, 2L, number, true);
            assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
        }
    }

    @Test
    void keepsEveryDigitOfALong() {
        var codec = JsonCodec.of(Boxes.class);
        var value = new Boxes(Integer.MIN_VALUE, 9_007_199_254_740_993L, 0.0, false);

        assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'numbers':[1,'2']} | $.numbers[1] | needs a whole number of 32 bits, not a string",
                "{'numbers':[1,2147483648]} | $.numbers[1] | needs a whole number of 32 bits",
                "{'numbers':[1.5]} | $.numbers[0] | needs a whole number of 32 bits",
                "{'numbers':[null]} | $.numbers[0] | not null",
                "{'numbers':{}} | $.numbers | needs an array, not an object",
                "{'ttls':[]} | $.ttls | needs an object, not an array",
                "{'ttls':{'a':{}}} | $.ttls.a | needs 'seconds', which is not there",
                "{'ttls':{'a':{'seconds':-1}}} | $.ttls.a | seconds are not negative",
                "{'ttls':{'a':{'seconds':1},'a':{'seconds':2}}} | $.ttls.a | comes twice",
                "{'ttls':{'a':{'seconds':1,'seconds':1}}} | $.ttls.a.seconds | comes twice",
                "{'ttls':{'a':7}} | $.ttls.a | needs an object, not a number",
                "{'name':true} | $.name | needs a string, not a boolean",
                "{'surname':'x'} | $.surname | has no 'surname'",
                "[] | $ | needs an object, not an array",
            })
    void namesThePlaceOfWhatItRefuses(String json, String path, String fault) {
        assertThatThrownBy(() -> LOOSE.decode(Bytes.utf8(json.replace('\'', '"'))))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("Loose: " + path)
                .hasMessageContaining(fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"x\"",
                "{\"name\":\"x\"} {}",
                "{name:\"x\"}",
                "{\"name\":'x'}",
                "{\"name\":\"x\",}",
                "nonsense",
                " ",
                "{\"numbers\":[1,]}",
                "{\"name\":}",
                "{\"numbers\":[NaN]}",
                "// comment\n{}"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> LOOSE.decode(Bytes.utf8(text))).isInstanceOf(DecodeException.class);
    }

    @Test
    void refusesMalformedUtf8InsteadOfReplacingIt() {
        var bytes = Bytes.copyOf(new byte[] {'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xff, '"', '}'});

        assertThatThrownBy(() -> LOOSE.decode(bytes)).isInstanceOf(DecodeException.class);
    }

    @Test
    void refusesNestingThatWouldOverflowTheStack() {
        record Nest(List<Nest> inner) {}
        var text = "{\"inner\":[".repeat(100_000);

        assertThatThrownBy(() -> JsonCodec.of(Nest.class).decode(Bytes.utf8(text)))
                .isInstanceOf(DecodeException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"level\":\"MIDDLE\" | $.level | 'MIDDLE' is none of [HIGH, LOW] that this version knows",
                "\"since\":\"yesterday\" | $.since | needs a time such as",
                "\"key\":\"!\" | $.key | needs bytes in Base64",
                "\"byLevel\":{\"MIDDLE\":[]} | $.byLevel.MIDDLE | is no key that this version knows",
                "\"entries\":[{\"name\":\"\",\"ttl\":\"1h\"}] | $.entries[0].ttl | needs a duration such as",
                "\"entries\":[{\"name\":\"\",\"targets\":[{\"Mail\":{}}]}] | $.entries[0].targets[0].Mail | [Address, Alias, Nowhere]",
                "\"entries\":[{\"name\":\"\",\"targets\":[{}]}] | $.entries[0].targets[0] | needs one of [Address, Alias, Nowhere]",
                "\"entries\":[{\"name\":\"\",\"targets\":[{\"Nowhere\":{},\"Alias\":{}}]}] | $.entries[0].targets[0] | not two",
                "\"share\":\"much\" | $.share | needs a number, not a string",
            })
    void refusesWhatItDoesNotKnowInsteadOfTakingADefault(String field, String path, String fault) {
        assertThatThrownBy(() -> ZONES.decode(Bytes.utf8("{" + field + "}")))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("Zone: " + path)
                .hasMessageContaining(fault);
    }

    @Test
    void keepsValuesOutOfItsMessages() {
        assertThatThrownBy(() -> LOOSE.decode(Bytes.utf8("{\"numbers\":\"secret\"}")))
                .isInstanceOf(DecodeException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void namesTheComponentThatIsNull() {
        assertThatThrownBy(() -> JsonCodec.of(Careless.class).encode(new Careless("x", null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'b' of a Careless");
    }

    @Test
    void deliversValuesThatNobodyCanChange() {
        var read = ZONES.decode(ZONES.encode(LARGE));

        assertThatThrownBy(() -> read.entries().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> read.counts().clear()).isInstanceOf(UnsupportedOperationException.class);
        new SharedTypes().check(read);
    }

    @Test
    void survivesBytesThatWereDamagedAnywhere() {
        var whole = ZONES.encode(LARGE).toByteArray();
        var random = new SeededRandom(11);
        for (int round = 0; round < 5_000; round++) {
            var damaged = whole.clone();
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            decodesOrRefuses(Bytes.copyOf(damaged));
        }
    }

    @Test
    void servesAsACodecOfAKind() {
        var kind = new Kind<>("zones", Kind.Scope.NAMESPACED, LOOSE, JsonCodec.of(Status.class, new Status("new", 0)));

        assertThat(kind.status().decode(Bytes.EMPTY).phase()).isEqualTo("new");
    }

    @Test
    void writesAnyMapInTheSameOrder() {
        var plain = new Loose(Optional.empty(), List.of(), new HashMap<>(Map.of("b", new Ttl(1), "a", new Ttl(2))));
        var sorted = new Loose(Optional.empty(), List.of(), new TreeMap<>(plain.ttls()));

        assertThat(LOOSE.encode(plain)).isEqualTo(LOOSE.encode(sorted));
    }

    private static void decodesOrRefuses(Bytes bytes) {
        try {
            ZONES.encode(ZONES.decode(bytes));
        } catch (DecodeException refused) {
            assertThat(refused).hasMessageContaining("bytes are no Zone");
        }
    }
}
