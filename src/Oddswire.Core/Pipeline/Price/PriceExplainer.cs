using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>A price recomputed from the log alone.</summary>
/// <param name="Update">The update as it comes out again.</param>
/// <param name="Encoded">Its bytes, to compare with those in the log.</param>
/// <param name="Cause">The normalised event that caused it.</param>
/// <param name="Info">What was known of the game.</param>
/// <param name="Figures">The model's inputs and intermediate figures at that event, and how the fair probability became a price.</param>
public sealed record PriceExplanation(
    OddsUpdate Update, ReadOnlyMemory<byte> Encoded, NormalizedEvent Cause, GameInfo Info, IReadOnlyList<ModelFigure> Figures);

/// <summary>
/// Recomputes a price: replays the game's normalised events through a fresh <see cref="PriceStage"/> until the update with the wanted id comes
/// out. Nothing but the log and the model goes in, so equal bytes prove the published price.
/// </summary>
public static class PriceExplainer
{
    /// <summary>Finds and explains an update.</summary>
    /// <param name="league">The game's league.</param>
    /// <param name="gameRecords">The game's records of <c>events.normalized.{league}</c>, from the first, in order; records of other games are passed over.</param>
    /// <param name="game">The game.</param>
    /// <param name="wanted">The update's id.</param>
    /// <param name="model">The model of games that were not given another; the league's default when null.</param>
    /// <param name="book">The book it was offered from; the league's default when null.</param>
    /// <returns>The explanation; null when no record of the game gives such an update.</returns>
    public static PriceExplanation? Explain(
        League league, IEnumerable<LogRecord> gameRecords, GameId game, UpdateId wanted, IGameModel? model = null, LeagueBook? book = null)
    {
        var stage = new PriceStage(league, model, book);
        var state = stage.Create(game);
        var strings = new StringCache();
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, new Dictionary<string, int> { [Topics.Odds(league)] = 1, [Topics.Shadow(league)] = 1 });
        foreach (var record in gameRecords)
        {
            if (!record.Key.Span.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(game.Value)))
            {
                continue;
            }

            buffer.Clear();
            output.Clear();
            stage.Process(state, record, output);
            if (Find(buffer, wanted, strings) is { } found)
            {
                var cause = NormalizedEventCodec.Read(record.Value.Span, strings);
                var info = state.Info ?? GameModels.InfoWhenUnknown(league);
                var figures = Figures(stage.ModelOf(state), book ?? LeagueBook.For(league), found.Update, cause, info);
                figures.InsertRange(figures.Count - found.Update.SelectionCount, stage.ExplainPlayer(state, cause.After, info, found.Update.Market));
                return new PriceExplanation(found.Update, found.Encoded, cause, info, figures);
            }
        }

        return null;
    }

    private static (OddsUpdate Update, byte[] Encoded)? Find(OutputBuffer buffer, UpdateId wanted, StringCache strings)
    {
        foreach (var block in buffer.Blocks)
        {
            foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
            {
                var update = OddsUpdateCodec.Read(record.Value.Span, strings);
                if (update.Id == wanted)
                {
                    return (update, record.Value.ToArray());
                }
            }
        }

        return null;
    }

    private static List<ModelFigure> Figures(
        IGameModel model, LeagueBook book, OddsUpdate update, NormalizedEvent cause, GameInfo info)
    {
        List<ModelFigure> figures =
        [
            new("model", model.Version),
            new("event", $"{cause.Event.Id} revision {cause.Revision}{(cause.Event.Words.Length > 0 ? ", " : "")}{cause.Event.Words}"),
            new("score (home-away), period, clock (s)", $"{cause.After.Score}, {cause.After.Period}, {cause.After.ClockTenths / 10.0:0.#}"),
        ];
        if (cause.After.Phase is GamePhase.Scheduled or GamePhase.Live)
        {
            figures.Add(new("pregame view from", info.Line switch
            {
                null => "nothing known: the league's average",
                { IsRated: true } => "ratings: the teams' results of earlier days, since no line is known",
                _ => "the pregame line",
            }));
            figures.AddRange(model.Explain(cause.After, info));
            if (OfferOf(book, update.Market) is { } offer)
            {
                var rule = offer.Ladder is null || update.IsMainLine ? offer.Margin : offer.AlternateMargin;
                figures.Add(new("margin added", $"{Margin.NameOf(rule.Method)}, overround {rule.OverroundBasisPoints / 100.0:0.##} %, book {book.Version}"));
            }
        }

        for (var i = 0; i < update.SelectionCount; i++)
        {
            var selection = update.SelectionAt(i);
            figures.Add(new(
                $"{update.Market} {selection.Code}", $"fair {selection.Fair}, price {selection.Price}{(selection.Result == SelectionResult.None ? "" : $", {selection.Result}")}"));
        }

        return figures;
    }

    private static MarketOffer? OfferOf(LeagueBook book, MarketKey market) =>
        market.Type != MarketType.PlayerProp ? book.Of(market.Type, market.Scope)
        : PropStatistics.TryParse(market.Statistic, out var statistic) ? book.Players.GetValueOrDefault(statistic)
        : null;
}
