package dev.banyan.agent.host.nft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What lies between a table as listed and as wanted. Pure.
 *
 * @param preparation a transaction before that of {@code script}: what is new and nothing leads to yet, when a map that leads to something
 *     shall lead there. A packet that is amid its rules when they change finds a chain that came with the change empty. Mostly empty
 * @param script for {@code nft -f -}: one transaction; empty when nothing differs
 * @param reasons what differs, for logs; empty exactly when the script is
 */
public record NftDifference(String preparation, String script, List<String> reasons) {
    NftDifference(String script, List<String> reasons) {
        this("", script, reasons);
    }

    public NftDifference {
        reasons = List.copyOf(reasons);
    }

    /** Both, as one transaction. */
    NftDifference and(NftDifference other) {
        var all = new ArrayList<>(reasons);
        all.addAll(other.reasons);
        return new NftDifference(preparation + other.preparation, script + other.script, all);
    }

    public boolean isEmpty() {
        return reasons.isEmpty();
    }

    /** Compares; an empty {@code held} means that the kernel has no such table. */
    public static NftDifference of(NftTable wanted, Optional<NftListing> held) {
        var nothing = new NftListing(Map.of(), Map.of());
        if (held.isEmpty()) {
            return new Writer(wanted, nothing, "add table " + wanted.path(), "the table is missing").write();
        }
        if (!changeable(wanted, held.get())) {
            var anew = "delete table " + wanted.path() + "\nadd table " + wanted.path();
            return new Writer(wanted, nothing, anew, "the table has another shape").write();
        }
        return turns(wanted, held.get()) ? inTwo(wanted, held.get()) : new Writer(wanted, held.get(), "", "").write();
    }

    /** Whether a key that leads somewhere shall lead to a chain that is not there. */
    private static boolean turns(NftTable wanted, NftListing held) {
        var fresh = wanted.chains().stream()
                .map(NftChain::name)
                .filter(name -> !held.chains().containsKey(name))
                .map(name -> "goto " + name)
                .collect(Collectors.toSet());
        return !fresh.isEmpty()
                && wanted.sets().stream()
                        .filter(set -> set.kind() == NftSet.Kind.VERDICT_MAP)
                        .anyMatch(set -> turns(set.elements(), elements(held, set.name()), fresh));
    }

    private static boolean turns(NftElements wanted, NftElements held, Set<String> fresh) {
        var turning = new HashSet<String>();
        held.compare(wanted, key -> {}, (key, verdict) -> {
            if (fresh.contains(verdict) && held.get(key).isPresent()) {
                turning.add(key);
            }
        });
        return !turning.isEmpty();
    }

    private static NftElements elements(NftListing held, String set) {
        var now = held.sets().get(set);
        return now == null ? NftElements.NONE : now.elements();
    }

    private static NftDifference inTwo(NftTable wanted, NftListing held) {
        var first = first(wanted, held);
        var sets = new LinkedHashMap<>(held.sets());
        sets.keySet().retainAll(first.sets().stream().map(NftSet::name).toList());
        var preparation = new Writer(first, new NftListing(sets, Map.of()), "", "").write();
        var prepared = NftListing.of(first);
        sets.putAll(held.sets());
        sets.putAll(prepared.sets());
        var chains = new LinkedHashMap<>(held.chains());
        chains.putAll(prepared.chains());
        var rest = new Writer(wanted, new NftListing(sets, chains), "", "").write();
        var reasons = new ArrayList<>(preparation.reasons);
        reasons.addAll(rest.reasons);
        return new NftDifference(preparation.script, rest.script, reasons);
    }

    /** What of {@code wanted} can be there before anything leads to it, with what of its sets is there already. */
    private static NftTable first(NftTable wanted, NftListing held) {
        var sets = new ArrayList<NftSet>();
        for (var set : wanted.sets()) {
            var now = held.sets().get(set.name());
            if (set.kind() == NftSet.Kind.VALUE_MAP || now == null) {
                sets.add(set.first(Optional.ofNullable(now)));
            }
        }
        var chains = wanted.chains().stream()
                .filter(chain -> !held.chains().containsKey(chain.name()))
                .filter(chain -> chain.hook().isEmpty())
                .toList();
        return new NftTable(wanted.family(), wanted.name(), sets, chains);
    }

    /** Compares two tables; the script is right while the kernel still holds {@code before}, and is refused or incomplete otherwise. */
    public static NftDifference between(NftTable before, NftTable after) {
        return of(without(after, before), Optional.of(NftListing.of(without(before, after))));
    }

    /** What of a table is not the same in the other one: of a large table that is mostly little. */
    private static NftTable without(NftTable table, NftTable other) {
        var sets = other.sets().stream().collect(Collectors.toMap(NftSet::name, Function.identity()));
        var chains = other.chains().stream().collect(Collectors.toMap(NftChain::name, Function.identity()));
        return new NftTable(
                table.family(),
                table.name(),
                table.sets().stream()
                        .filter(set -> !set.equals(sets.get(set.name())))
                        .toList(),
                table.chains().stream()
                        .filter(chain -> !chain.equals(chains.get(chain.name())))
                        .toList());
    }

    /** The hook of a chain and the type of a set cannot be changed in place. */
    private static boolean changeable(NftTable wanted, NftListing held) {
        for (var chain : wanted.chains()) {
            var now = held.chains().get(chain.name());
            if (now != null && !now.hook().equals(chain.hook())) {
                return false;
            }
        }
        for (var set : wanted.sets()) {
            var now = held.sets().get(set.name());
            if (now != null && !(now.kind() == set.kind() && set.mayBe(now.type()))) {
                return false;
            }
        }
        return true;
    }

    /** Collects the statements of one script in an order in which no statement refers to what is not there yet, or not any more. */
    private static final class Writer {
        private final NftTable wanted;
        private final NftListing held;
        private final Set<String> chains;
        private final Set<String> sets;
        private final Map<String, ElementChanges> changes = new HashMap<>();
        private final StringBuilder script = new StringBuilder();
        private final List<String> reasons = new ArrayList<>();

        Writer(NftTable wanted, NftListing held, String opening, String reason) {
            this.wanted = wanted;
            this.held = held;
            this.chains = wanted.chains().stream().map(NftChain::name).collect(Collectors.toSet());
            this.sets = wanted.sets().stream().map(NftSet::name).collect(Collectors.toSet());
            if (!reason.isEmpty()) {
                script.append(opening).append('\n');
                reasons.add(reason);
            }
        }

        NftDifference write() {
            wanted.sets().forEach(this::create);
            wanted.chains().forEach(this::create);
            wanted.sets().forEach(this::removeElements);
            held.chains().forEach(this::emptyUnwanted);
            wanted.chains().forEach(this::fill);
            wanted.sets().forEach(this::addElements);
            removeUnwanted();
            return new NftDifference(script.toString(), reasons);
        }

        private void create(NftSet set) {
            if (!held.sets().containsKey(set.name())) {
                script.append("add ").append(set.declared(wanted.path())).append('\n');
                reasons.add("set " + set.name() + " is missing");
            }
        }

        private void create(NftChain chain) {
            if (!held.chains().containsKey(chain.name())) {
                say(
                        "add chain",
                        chain.name(),
                        chain.hook().isEmpty() ? "" : "{ " + chain.hook() + "; policy accept; }");
                reasons.add("chain " + chain.name() + " is missing");
            }
        }

        private void removeElements(NftSet set) {
            var gone = changes(set).gone();
            if (!gone.isEmpty()) {
                say("delete element", set.name(), "{ " + String.join(", ", gone) + " }");
                reasons.add("set " + set.name() + " holds " + gone.size() + " unwanted elements");
            }
        }

        private void addElements(NftSet set) {
            var missing = changes(set).missing();
            if (!missing.isEmpty()) {
                say("add element", set.name(), "{ " + String.join(", ", missing) + " }");
                reasons.add("set " + set.name() + " lacks " + missing.size() + " elements");
            }
        }

        private ElementChanges changes(NftSet set) {
            return changes.computeIfAbsent(
                    set.name(), name -> ElementChanges.between(elements(held, name), set.elements()));
        }

        private void fill(NftChain chain) {
            var marks = chain.rules().stream().map(NftChain::mark).toList();
            var now = held.chains().get(chain.name());
            var listed = now == null
                    ? List.<String>of()
                    : now.rules().stream().map(NftListing.Rule::comment).toList();
            if (listed.equals(marks)) {
                return;
            }
            if (now != null) {
                say("flush chain", chain.name(), "");
                reasons.add("chain " + chain.name() + " differs");
            }
            for (int i = 0; i < marks.size(); i++) {
                say("add rule", chain.name(), chain.rules().get(i) + " comment \"" + marks.get(i) + "\"");
            }
        }

        private void emptyUnwanted(String chain, NftListing.Chain now) {
            if (!chains.contains(chain)) {
                say("flush chain", chain, "");
                reasons.add("chain " + chain + " is unwanted");
            }
        }

        private void removeUnwanted() {
            held.chains().keySet().stream()
                    .filter(name -> !chains.contains(name))
                    .forEach(name -> say("delete chain", name, ""));
            held.sets().keySet().stream().filter(name -> !sets.contains(name)).forEach(name -> {
                say("delete set", name, "");
                reasons.add("set " + name + " is unwanted");
            });
        }

        private void say(String verb, String name, String rest) {
            script.append(verb)
                    .append(' ')
                    .append(wanted.path())
                    .append(' ')
                    .append(name)
                    .append(rest.isEmpty() ? "" : " ")
                    .append(rest)
                    .append('\n');
        }
    }
}
