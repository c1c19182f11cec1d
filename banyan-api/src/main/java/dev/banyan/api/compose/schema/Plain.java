package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Node.Scalar;
import java.util.regex.Pattern;

/** What a scalar without quotes is when nobody asks for a type: the core schema of YAML 1.2. */
final class Plain {
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,18}");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");

    private Plain() {}

    static Scalar resolved(Scalar scalar) {
        if (scalar.isNull()) {
            return new Scalar(scalar.place(), "", Kind.NULL);
        }
        if (scalar.kind() != Kind.PLAIN) {
            return scalar;
        }
        if (BOOLEAN.matcher(scalar.text()).matches()) {
            return new Scalar(scalar.place(), scalar.text().toLowerCase(java.util.Locale.ROOT), Kind.BOOLEAN);
        }
        var kind = WHOLE.matcher(scalar.text()).matches()
                ? Kind.WHOLE
                : DECIMAL.matcher(scalar.text()).matches() ? Kind.DECIMAL : Kind.TEXT;
        return new Scalar(scalar.place(), scalar.text(), kind);
    }
}
