package dev.banyan.examples.dns;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a zone says of one name: all values of one type.
 *
 * @param name relative to the zone; {@code @} for the zone itself
 */
record Entry(String name, Type type, List<String> values) {
    static final Pattern NAME = Pattern.compile("@|[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?");

    /** How values of a type look in a zone file. */
    enum Type {
        A("\\d{1,3}(\\.\\d{1,3}){3}"),
        AAAA("[0-9a-f:]{2,39}"),
        CNAME("[a-z0-9_.-]+"),
        MX("\\d{1,5} [a-z0-9_.-]+"),
        TXT("\"[ !#-~]{0,255}\"");

        private final Pattern form;

        Type(String form) {
            this.form = Pattern.compile(form);
        }

        boolean accepts(String value) {
            return form.matcher(value).matches();
        }
    }

    Entry {
        values = List.copyOf(values);
    }

    @Override
    public String toString() {
        return name + " " + type + " " + String.join(", ", values);
    }

    Entry and(String value) {
        return new Entry(name, type, Stream.concat(values.stream(), Stream.of(value)).distinct().toList());
    }
}
