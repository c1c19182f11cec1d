package dev.banyan.api.compose.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.template.Template.Filled;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static final Map<String, String> VARIABLES = Map.of("SET", "value", "EMPTY", "", "RAW", "${SET} $x");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "plain;plain",
                "$SET;value",
                "a${SET}b;avalueb",
                "$SET.x;value.x",
                "$$SET;$SET",
                "$${SET};${SET}",
                "${SET:-d};value",
                "${EMPTY:-d};d",
                "${EMPTY-d};''",
                "${NONE:-d};d",
                "${NONE-d};d",
                "${NONE:-};''",
                "${SET:+other};other",
                "${EMPTY:+other};''",
                "${EMPTY+other};other",
                "${NONE+other};''",
                "${NONE:-${SET}};value",
                "${NONE:-${NEITHER:-x$SET}y}z;xvalueyz",
                "${SET:?needed};value",
                "${EMPTY?needed};''",
                "${NONE:-a:b?c};a:b?c",
                "$RAW;${SET} $x",
                "${SET:-${NONE:?not asked}};value",
                "${NONE:+${NEITHER:?not asked}};''"
            })
    void fillsIn(String text, String expected) {
        assertThat(Template.fill(text, VARIABLES)).isEqualTo(new Filled.Text(expected, Set.of()));
    }

    @Test
    void namesVariablesThatAreUsedAndNotSet() {
        assertThat(Template.fill("$A ${B} ${C:-} ${SET:-$D} ${NONE+$E}", VARIABLES))
                .isEqualTo(new Filled.Text("   value ", Set.of("A", "B")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "costs $5;6",
                "end $;4",
                "${;0",
                "${};0",
                "${A;0",
                "x ${A!b};2",
                "${A:=b};0",
                "${A:-b;5",
                "${NONE?};0",
                "ab${EMPTY:?};2"
            })
    void saysWhereATextIsMalformed(String text, int offset) {
        assertThat(Template.fill(text, VARIABLES))
                .isInstanceOfSatisfying(Filled.Refused.class, refused -> assertThat(refused.offset())
                        .isEqualTo(offset));
    }

    @Test
    void passesTheMessageOfARequiredVariable() {
        assertThat(Template.fill("${NONE:?ask ${SET} first}", VARIABLES))
                .isEqualTo(new Filled.Refused(
                        0, "the variable NONE is required: ask value first", "set NONE in the environment or in .env"));
    }

    @Test
    void boundsNesting() {
        var deep = "${A:-".repeat(20_000) + "}".repeat(20_000);

        assertThat(Template.fill(deep, VARIABLES)).isInstanceOf(Filled.Refused.class);
    }
}
