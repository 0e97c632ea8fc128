using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Bench;

/// <summary>A simulated game: its normalised records, and the states after its events.</summary>
internal sealed record BoardGame(GameId Id, List<LogRecord> Records, List<(GameState State, GameInfo Info)> States)
{
    public static BoardGame Of(League league, int number)
    {
        var truth = ExhaustiveTruth.Of(league, 7, number);
        var format = Pipeline.Formats.Single(format => format.League == league);
        var rules = Pipeline.Rules(league);
        var writer = new ProtoWriter();
        var events = new List<GameEvent>();
        var game = new BoardGame(truth.Game, [], []);
        var (state, info) = (new GameState(), GameModels.InfoWhenUnknown(league));
        foreach (var message in truth.Messages())
        {
            events.Clear();
            format.Parse(message, events);
            foreach (var told in events)
            {
                var gameEvent = told.Info is { } given ? told with { Info = given with { Line = truth.Line } } : told;
                info = gameEvent.Info ?? info;
                state = rules.Apply(state, gameEvent, info);
                writer.Clear();
                NormalizedEventCodec.Write(writer, new NormalizedEvent { Event = gameEvent, After = state, Sequence = game.Records.Count + 1 });
                game.Records.Add(new LogRecord
                {
                    Partition = new TopicPartition(Topics.Normalized(league), 0),
                    Offset = game.Records.Count,
                    AppendedAt = default,
                    Key = Encoding.UTF8.GetBytes(truth.Game.Value),
                    Value = writer.Written.ToArray(),
                });
                if (state.Phase == GamePhase.Live)
                {
                    game.States.Add((state, info));
                }
            }
        }

        return game;
    }
}
