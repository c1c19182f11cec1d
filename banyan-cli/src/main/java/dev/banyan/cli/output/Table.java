package dev.banyan.cli.output;

import dev.banyan.api.source.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows under headings, in columns as wide as their widest cell. Immutable; pure text without colour, since programs cut columns too.
 *
 * @param columns headings
 * @param rows one cell for each column
 */
public record Table(List<String> columns, List<List<String>> rows) {
    private static final String GAP = "  ";

    /** Shown for an empty cell, so that every row has as many words as there are columns. */
    private static final String NOTHING = "-";

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (var row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("a row of " + row.size() + " cells under " + columns);
            }
        }
    }

    /** The headings and rows, each line ended by a line feed. */
    public String render() {
        var lines = new ArrayList<List<String>>();
        lines.add(columns);
        rows.forEach(row -> lines.add(row.stream().map(Table::shown).toList()));
        var widths = new int[columns.size()];
        for (var line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(line.get(i)));
            }
        }
        return lines.stream().map(line -> row(line, widths)).collect(Collectors.joining());
    }

    private static String row(List<String> cells, int[] widths) {
        var text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            text.append(cells.get(i))
                    .append(" ".repeat(widths[i] - length(cells.get(i))))
                    .append(GAP);
        }
        return text.toString().stripTrailing() + "\n";
    }

    private static String shown(String cell) {
        return cell.isEmpty() ? NOTHING : Visible.text(cell);
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
