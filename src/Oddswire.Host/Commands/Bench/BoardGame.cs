using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Bench;

/// <summary>A simulated game: its normalised records, and the states after its events.</summary>
internal sealed record BoardGame(GameId Id, List<LogRecord> Records, List<(GameState State, GameInfo Info)> States)
{
    /// <param name="league">The league.</param>
    /// <param name="number">Which game.</param>
    /// <param name="players">How many players the box score names at least, where substitutes can be named before they play (not in baseball).</param>
    public static BoardGame Of(League league, int number, int players = 0)
    {
        var truth = ExhaustiveTruth.Of(league, 7, number);
        var format = Pipeline.Formats.Single(format => format.League == league);
        var more = league == League.Mlb || players == 0 ? [] : Substitutes(league, players - PlayersOf(truth, format));
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
                var gameEvent = told.Info is { } given ? told with
                {
                    Info = given with { Line = truth.Line },
                    Players = PlayerChanges.Of([.. told.Players, .. more]),
                }
                : told;
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

    private static int PlayersOf(ExhaustiveTruth truth, IFeedFormat format)
    {
        var seen = new HashSet<string>();
        var events = new List<GameEvent>();
        foreach (var message in truth.Messages())
        {
            events.Clear();
            format.Parse(message, events);
            seen.UnionWith(events.SelectMany(told => told.Players).Select(change => change.Player));
        }

        return seen.Count;
    }

    /// <summary>Players of the book who play enough to have markets, taken evenly from the most to the least used, alternately for either side.</summary>
    private static List<PlayerChange> Substitutes(League league, int count)
    {
        var (use, least) = league == League.Nba ? (PlayerStatistic.CourtTime, 12.0) : (PlayerStatistic.Receptions, 1.5);
        var known = PropFiles.Book(league).Players
            .Where(entry => entry.Value[use] >= least)
            .OrderByDescending(entry => entry.Value[use])
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .ToList();
        return
        [
            .. Enumerable.Range(0, Math.Clamp(count, 0, known.Count))
                .Select(i => (Entry: known[i * known.Count / count], Side: (Side)(i % 2)))
                .Select(player => new PlayerChange(player.Entry.Key, PlayerStatistic.Listed, 0, player.Side, Name: player.Entry.Value.Name)),
        ];
    }
}
