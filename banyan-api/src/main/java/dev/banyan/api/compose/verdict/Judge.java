package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Shape;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.Listed;
import dev.banyan.api.compose.schema.Shape.Named;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.compose.verdict.Verdict.Honoured;
import dev.banyan.api.compose.verdict.Verdict.Metadata;
import dev.banyan.api.compose.verdict.Verdict.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lays a project against the table of verdicts. For one thread. */
public final class Judge {
    private final List<Finding> findings = new ArrayList<>();

    private Judge() {}

    /**
     * Refuses what is not supported, or warns of it where the author accepts that.
     *
     * @param tree of a whole project
     * @param disabled names of services that were left out of it
     */
    public static void check(Mapping tree, List<String> disabled, Spot root) {
        var judge = new Judge();
        judge.look(tree, ComposeKeys.DOCUMENT, "", root);
        var accepted = new Ignoring(judge.findings, disabled).accepted(tree, root);
        judge.findings.forEach(finding -> finding.tell(accepted.contains(finding)));
    }

    private void look(Node node, Shape shape, String path, Spot spot) {
        switch (shape) {
            case Fields fields -> {
                if (node instanceof Mapping mapping) {
                    mapping.members().forEach(member -> key(member, fields, path, spot));
                }
            }
            case Named named -> {
                if (node instanceof Mapping mapping) {
                    mapping.members()
                            .forEach(member -> look(
                                    member.value(), named.value(), path + ".*", spot.key(member.key(), member.at())));
                }
            }
            case Listed list -> {
                if (node instanceof Sequence sequence) {
                    items(sequence, list, path, spot);
                }
            }
            default -> {}
        }
    }

    private void items(Sequence sequence, Listed list, String path, Spot spot) {
        for (int i = 0; i < sequence.items().size(); i++) {
            var item = sequence.items().get(i);
            look(item, list.item(), path + ".*", spot.index(i, item.place()));
        }
    }

    private void key(Member member, Fields fields, String path, Spot spot) {
        var shape = fields.keys().get(member.key());
        if (shape == null) {
            return; // The author's own.
        }
        var below = path.isEmpty() ? member.key() : path + "." + member.key();
        var at = spot.key(member.key(), member.at());
        var verdict = Verdicts.ALL.of(below);
        switch (verdict) {
            case Honoured honoured -> {
                findings.add(new Finding(at, member.key(), verdict));
                look(member.value(), shape, below, at);
            }
            case Metadata metadata -> findings.add(new Finding(at, member.key(), verdict));
            case Refused refused -> {
                if (!asksForNothing(member.value(), refused.harmless())) {
                    findings.add(new Finding(at, member.key(), verdict));
                }
            }
        }
    }

    private static boolean asksForNothing(Node value, Optional<String> harmless) {
        return value instanceof Scalar scalar && harmless.equals(Optional.of(scalar.text()));
    }
}
