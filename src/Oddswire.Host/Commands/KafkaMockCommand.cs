using System.CommandLine;
using System.Net.Sockets;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire kafka-mock</c>: librdkafka's mock cluster as a process, to try the platform on Kafka where no broker is at hand.</summary>
internal static class KafkaMockCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port of the first broker, the others follow; 0 picks free ones.", DefaultValueFactory = static _ => 9092 };
        var brokers = new Option<int>("--brokers") { Description = "How many brokers, 1 to 9.", DefaultValueFactory = static _ => 1 };
        var command = new ExampleCommand(
            "kafka-mock",
            "Serve librdkafka's mock cluster on loopback until Ctrl-C. For trying the platform and for CI; NOT a broker: everything is in memory, at most 5 MiB "
            + "and 100,000 records a partition are kept, and nothing is left when it stops.",
            "oddswire kafka-mock",
            "oddswire kafka-mock --port 19092 --brokers 3")
        { port, brokers };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(port), parsed.GetRequiredValue(brokers), ct));
        return command;
    }

    private static async Task<int> RunAsync(int port, int brokers, CancellationToken ct)
    {
        if (brokers is < 1 or > 9 || port is < 0 or > 65_000)
        {
            throw new UserErrorException(ExitCodes.Usage, $"--brokers {brokers} or --port {port} is out of range.", "Choose 1 to 9 brokers, and a port from 0 to 65000.");
        }

        using var cluster = new MockCluster(brokers);
        var topics = new MockTopics(cluster);
        try
        {
            await using var gateway = topics.Serve(port);
            Cli.Say("This is librdkafka's mock cluster, in memory, for trying and testing. It is not a broker: keep nothing on it that matters.");
            Cli.Say($"the mock cluster is on {gateway.Bootstrap}");
            Cli.Say($"  oddswire topics apply --bootstrap {gateway.Bootstrap} --replication {Math.Min(3, brokers)} --partitions nfl=6,nba=4,mlb=2");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCodes.Ok;
        }
        catch (SocketException e)
        {
            throw new UserErrorException(
                ExitCodes.Environment, $"Port {port} cannot be opened: {e.Message}.", $"Stop what uses it ('ss -ltnp | grep :{port}'), or choose another with --port.", e);
        }
    }
}
