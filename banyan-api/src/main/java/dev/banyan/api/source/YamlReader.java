package dev.banyan.api.source;

import dev.banyan.api.source.YamlValue.Mapping;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Reads YAML 1.2 into a tree with positions. Never throws for a text, whatever it holds. */
public final class YamlReader {
    /** Most characters of a text. */
    public static final int TEXT_MAX = 256 * 1024;

    private YamlReader() {}

    /**
     * The text's one document, a mapping. Empty when it cannot be read; {@code problems} then says why. A tree may come with problems
     * too, such as a key given twice.
     */
    public static Optional<Mapping> read(SourceText source, Problems problems) {
        return read(source, problems, Set.of());
    }

    /** Like the other, and keeps these tags where the value of a key has one. All other tags are refused, except those of plain types. */
    public static Optional<Mapping> read(SourceText source, Problems problems, Set<String> tags) {
        if (source.text().length() > TEXT_MAX) {
            problems.add("", Position.START, "is larger than " + TEXT_MAX / 1024 + " KiB");
            return Optional.empty();
        }
        try {
            var settings = LoadSettings.builder()
                    .setLabel(source.name())
                    .setCodePointLimit(TEXT_MAX)
                    .build();
            var events = new Parse(settings).parseString(source.text()).iterator();
            return new TreeBuilder(events, problems, tags).document();
        } catch (YamlLimitException tooMuch) {
            problems.add("", tooMuch.position(), tooMuch.words());
        } catch (MarkedYamlEngineException malformed) {
            problems.add("", markOf(malformed), "is not valid YAML: " + malformed.getProblem());
        } catch (RuntimeException malformed) {
            // The parser answers some malformed texts with exceptions of the JDK, such as IllegalArgumentException for
            // "!1%1".
            problems.add("", Position.START, "is not valid YAML: " + malformed.getMessage());
        }
        return Optional.empty();
    }

    private static Position markOf(MarkedYamlEngineException malformed) {
        return malformed
                .getProblemMark()
                .map(mark -> new Position(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(Position.START);
    }
}
