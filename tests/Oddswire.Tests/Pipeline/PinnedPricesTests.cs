using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Commands.Verify;
using Oddswire.Simulator;

namespace Oddswire.Tests.Pipeline;

/// <summary>
/// What a fixed slate publishes: ids, sequences, lines, prices, statuses. A change here means that an existing data folder no longer
/// verifies: give the model or the format a new version when that is meant, and pin the new digest.
/// </summary>
public sealed class PinnedPricesTests
{
    [Theory]
    [InlineData(League.Nfl, "6f63757281841d33f6f65eed160dc154")]
    [InlineData(League.Nba, "ff66044073209b22e42d671c738810be")]
    [InlineData(League.Mlb, "f4b857c9c48eb72493b4a9c8e6c5fc12")]
    public void A_fixed_slate_publishes_what_it_always_did(League league, string expected)
    {
        var options = new SlateOptions { NflGames = 2, NbaGames = 2, MlbGames = 2, UnderWay = false, Heartbeat = TimeSpan.Zero };
        var source = new SimulatorSource(league, options);
        var format = Oddswire.Host.Composition.Pipeline.Formats.Single(format => format.League == league);
        var normalise = new StageRun<Oddswire.Core.Pipeline.Normalise.NormaliseState>(Oddswire.Host.Composition.Pipeline.Normalise(league), league);
        var price = new StageRun<Oddswire.Core.Pipeline.Price.PriceState>(Oddswire.Host.Composition.Pipeline.Price(league), league);
        var chains = new OddsChainCheck();
        var writer = new ProtoWriter();
        foreach (var (_, _, message) in source.ReadFrom(0).Take(400))
        {
            List<GameEvent> events = [];
            format.Parse(message, events);
            writer.Clear();
            RawMessageCodec.Write(writer, new RawMessage { Message = message, ReceivedAt = message.PublishedAt, Format = format.Name, Events = events });
            foreach (var normalized in normalise.Handle(message.GameId, writer.Written.ToArray(), Topics.Normalized(league)))
            {
                foreach (var odds in price.Handle(message.GameId, normalized, Topics.Odds(league)))
                {
                    var output = new OutputBuffer();
                    output.Append(new TopicPartition(Topics.Odds(league), 0), default, default, odds);
                    chains.Add(new RecordBatch(output.Blocks[0].Partition, 0, 1, default, output.Blocks[0].Payload));
                }
            }
        }

        chains.Fault.ShouldBeNull();
        chains.Updates.ShouldBeGreaterThan(1000);
        chains.Digest.ShouldBe(expected);
    }

    private sealed class StageRun<TState>(Stage<TState> stage, League league)
        where TState : class
    {
        private readonly Dictionary<GameId, TState> _states = [];
        private long _offset;

        public List<byte[]> Handle(GameId game, byte[] value, string outputTopic)
        {
            if (!_states.TryGetValue(game, out var state))
            {
                _states[game] = state = stage.Create(game);
            }

            var buffer = new OutputBuffer();
            var record = new LogRecord
            {
                Partition = new TopicPartition(Topics.Raw(league), 0),
                Offset = _offset++,
                AppendedAt = default,
                Key = Encoding.UTF8.GetBytes(game.Value),
                Value = value,
            };
            stage.Process(state, record, new StageOutput(buffer, Topics.Of(league).ToDictionary(topic => topic, _ => 1)));
            List<byte[]> values = [];
            foreach (var block in buffer.Blocks.Where(block => block.Partition.Topic == outputTopic))
            {
                foreach (var output in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
                {
                    values.Add(output.Value.ToArray());
                }
            }

            return values;
        }
    }
}
