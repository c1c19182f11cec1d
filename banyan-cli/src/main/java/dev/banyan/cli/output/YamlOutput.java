package dev.banyan.cli.output;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML of maps, collections, texts, numbers, booleans and optional values, of which a missing one is null; keys in the order of the map. Pure. */
final class YamlOutput {
    /** Texts that readers of YAML 1.1, of which there are many, take for booleans, numbers or dates. */
    private static final Pattern MISTAKEN =
            Pattern.compile("(?i)y|yes|n|no|on|off|true|false|null|~|<<|=|[-+.]?[0-9][0-9a-fx_:.,eT Z+-]*");

    private YamlOutput() {}

    static String text(Map<String, Object> whole) {
        // Escapes all that is not ASCII, so nothing misleads a terminal.
        var settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setUseUnicodeEncoding(false)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(Integer.MAX_VALUE)
                .setSchema(new Careful())
                .build();
        return new Dump(settings).dumpToString(plain(whole));
    }

    /** What the library knows. */
    private static @Nullable Object plain(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var plain = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, under) -> plain.put(key.toString(), plain(under)));
                yield plain;
            }
            case Collection<?> list -> list.stream().map(YamlOutput::plain).toList();
            case Optional<?> maybe -> maybe.map(YamlOutput::plain).orElse(null);
            case Number number -> number;
            case Boolean bool -> bool;
            default -> value.toString();
        };
    }

    /** Has texts quoted that could be mistaken. */
    private static final class Careful extends CoreSchema {
        @Override
        public ScalarResolver getScalarResolver() {
            var core = super.getScalarResolver();
            return (text, implicit) -> {
                var tag = core.resolve(text, implicit);
                // Any other tag than a text's makes the library quote a text.
                return implicit && tag.equals(Tag.STR) && MISTAKEN.matcher(text).matches() ? Tag.NULL : tag;
            };
        }
    }
}
