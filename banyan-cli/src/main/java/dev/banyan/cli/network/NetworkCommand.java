package dev.banyan.cli.network;

import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.store.Store;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows how servers are connected, and who has which address. */
@Command(
        name = "network",
        description = {
            "Shows how servers are connected, who has which address, and who leads where.",
            "peers: each agent and each other one that it reaches, with the age of the last handshake and the bytes that"
                    + " went through, up to a minute old. addresses: of agents, services and tasks. endpoints: the replicas of"
                    + " each service, and which agents have confirmed that they lead to these. policy: which"
                    + " service may use which ports of which other one, why, and which agents do not keep to it yet. networks:"
                    + " which services are in which. check: has every agent try all of it."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli network peers",
            "  banyan-cli network addresses -o json",
            "  banyan-cli network policy shop"
        })
final class NetworkCommand implements Callable<Integer> {
    /** What is shown. */
    enum Subject {
        PEERS,
        ADDRESSES,
        ENDPOINTS,
        POLICY,
        NETWORKS;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    // Not required, since check has none.
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "WHAT",
            description = "What to show: ${COMPLETION-CANDIDATES}.")
    private Optional<Subject> subject = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "APP",
            description = "Of policy and networks: only those of this app.")
    private Optional<String> app = Optional.empty();

    @Mixin
    private final FormatOption format = new FormatOption();

    private final Program program;

    NetworkCommand(Program program) {
        this.program = program;
    }

    @Command(
            name = "check",
            description = {
                "Has every agent try every service: its name, its address, each port, and each replica behind it; and the"
                        + " overlay to every other agent.",
                "Ends with 0 only when all is well. An agent that is away is a gap, and the others are tried all the same."
            },
            footer = {"", "Examples:", "  banyan-cli network check", "  banyan-cli network check shop/web -o json"})
    int check(@Mixin CheckOptions options, @Mixin FormatOption format) throws InterruptedException {
        return new NetworkCheck(program).run(options, format);
    }

    @Override
    public Integer call() {
        var shown = subject.orElseThrow(() -> new ParameterException(
                spec.commandLine(), "say what to show: peers, addresses, endpoints, policy or networks; or check"));
        try (var cluster = program.access().open()) {
            switch (shown) {
                case PEERS -> peers(cluster.store());
                case ADDRESSES -> addresses(cluster.store());
                case ENDPOINTS -> endpoints(cluster.store());
                case POLICY -> policy(cluster.store());
                case NETWORKS -> networks(cluster.store());
            }
            return ExitCode.OK.number();
        }
    }

    private void peers(Store store) {
        var pairs = PeerPair.all(ClusterPorts.reports(store));
        var now = program.env().time().now();
        var table = new Table(
                PeerPair.COLUMNS, pairs.stream().map(pair -> pair.row(now)).toList());
        format.print(
                program.console(),
                table,
                "banyan.network.peers/1",
                pairs.stream().map(PeerPair::item).toList());
    }

    private void endpoints(Store store) {
        var all = ClusterPorts.read(store);
        var confirmations = Confirmation.all(all.services(), all.servers());
        format.print(
                program.console(),
                new Table(
                        Confirmation.COLUMNS,
                        confirmations.stream().map(Confirmation::row).toList()),
                "banyan.network.endpoints/1",
                confirmations.stream().map(Confirmation::item).toList());
    }

    private void policy(Store store) {
        var all = ClusterPorts.read(store);
        var pairs = Reachability.all(all.services(), all.servers(), app);
        format.print(
                program.console(),
                new Table(
                        Reachability.COLUMNS,
                        pairs.stream().map(Reachability::row).toList()),
                "banyan.network.policy/1",
                pairs.stream().map(Reachability::item).toList());
    }

    private void networks(Store store) {
        var networks = Membership.all(ClusterPorts.read(store).services(), app);
        format.print(
                program.console(),
                new Table(
                        Membership.COLUMNS,
                        networks.stream().map(Membership::row).toList()),
                "banyan.network.networks/1",
                networks.stream().map(Membership::item).toList());
    }

    private void addresses(Store store) {
        var items = AddressList.of(store);
        format.print(
                program.console(),
                new Table(
                        AddressList.COLUMNS,
                        items.stream().map(AddressList::row).toList()),
                "banyan.network.addresses/1",
                items);
    }
}
