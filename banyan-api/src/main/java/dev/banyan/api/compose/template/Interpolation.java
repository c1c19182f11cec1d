package dev.banyan.api.compose.template;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.node.Trail;
import java.util.ArrayList;
import java.util.Map;

/** Fills variables into the values of trees; keys stay as they are. For one thread. */
public final class Interpolation {
    private final Map<String, String> variables;
    private final Complaints complaints;
    private final Budget budget;

    /** With these variables and no others. */
    public Interpolation(Map<String, String> variables, Complaints complaints, Budget budget) {
        this.variables = Map.copyOf(variables);
        this.complaints = complaints;
        this.budget = budget;
    }

    /** The same tree with its variables filled in. What is malformed stays as it is, and is complained of. */
    public Mapping fill(Mapping document) {
        return mapping(document, Trail.ROOT, true);
    }

    private Node fill(Node value, Trail trail, boolean strict) {
        return switch (value) {
            case Scalar scalar -> scalar(scalar, trail, strict);
            case Sequence sequence -> sequence(sequence, trail, strict);
            case Mapping mapping -> mapping(mapping, trail, strict);
        };
    }

    private Mapping mapping(Mapping mapping, Trail trail, boolean strict) {
        var members = new ArrayList<Member>(mapping.members().size());
        for (var member : mapping.members()) {
            boolean own = member.key().startsWith("x-") || member.mark() == Mark.RESET;
            members.add(member.with(fill(member.value(), trail.key(member.key()), strict && !own)));
        }
        return mapping.with(members);
    }

    private Sequence sequence(Sequence sequence, Trail trail, boolean strict) {
        var items = new ArrayList<Node>(sequence.items().size());
        for (var item : sequence.items()) {
            items.add(fill(item, trail.index(items.size()), strict));
        }
        return new Sequence(sequence.place(), items);
    }

    private Scalar scalar(Scalar scalar, Trail trail, boolean strict) {
        if (scalar.text().indexOf('$') < 0 || budget.spent()) {
            return scalar;
        }
        return switch (Template.fill(scalar.text(), variables)) {
            case Template.Filled.Text text -> {
                if (strict) {
                    text.unset().forEach(name -> warnUnset(name, scalar, trail));
                }
                yield counted(scalar, text.text(), trail);
            }
            case Template.Filled.Refused refused -> {
                if (strict) {
                    complaints.refuse(trail, inside(scalar, refused.offset()), refused.message(), refused.suggestion());
                }
                yield scalar;
            }
        };
    }

    /** What a variable left empty is an empty text, not a value that was left out. */
    private Scalar counted(Scalar scalar, String text, Trail trail) {
        if (!budget.take(text.length())) {
            complaints.refuse(
                    trail, scalar.place(), "variables make the file larger than " + Budget.FILLED_MAX / 1024 + " KiB");
        }
        return new Scalar(scalar.place(), text, text.isEmpty() ? Kind.TEXT : scalar.kind());
    }

    private void warnUnset(String name, Scalar scalar, Trail trail) {
        var message = "the variable " + name + " is not set; it becomes empty";
        complaints.warnOnce(name, trail, scalar.place(), message, "set it, or write \"${" + name + ":-default}\"");
    }

    /** The exact place for a value on one line; a block or a value with escapes is shown at its beginning. */
    private static Place inside(Scalar scalar, int offset) {
        boolean oneLine = scalar.text().indexOf('\n') < 0 && scalar.text().indexOf('\\') < 0;
        boolean quoted = scalar.kind() == Kind.TEXT;
        return oneLine ? scalar.place().right(offset + (quoted ? 1 : 0)) : scalar.place();
    }
}
