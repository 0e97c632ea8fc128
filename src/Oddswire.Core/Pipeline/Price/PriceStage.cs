using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Prices: from each normalised event to the updates of those markets whose price, line or status changed. All markets of a game are
/// read from one distribution; every line ever offered lives on until it is settled or voided. The same records give the same bytes,
/// however they are batched and wherever the state is saved. Reuses buffers: one instance a thread.
/// </summary>
public sealed class PriceStage : Stage<PriceState>
{
    private readonly League _league;
    private readonly IGameModel _model;
    private readonly MarketPricer _pricer;
    private readonly OddsWriter _writer;
    private readonly LeagueBook _book;
    private readonly StringCache _strings = new();

    /// <summary>Pricing of a league.</summary>
    /// <param name="league">The league whose records come in.</param>
    /// <param name="model">Its model, not shared with other threads; the league's default when null.</param>
    /// <param name="book">How its markets are offered; the league's default when null.</param>
    public PriceStage(League league, IGameModel? model = null, LeagueBook? book = null)
    {
        _league = league;
        _model = model ?? GameModels.Create(league);
        _book = book ?? LeagueBook.For(league);
        _pricer = new MarketPricer(_book);
        _writer = new OddsWriter(league, _model.Version);
    }

    /// <inheritdoc/>
    public override string Name => "price";

    /// <inheritdoc/>
    public override PriceState Create(GameId game) => new();

    /// <inheritdoc/>
    public override PriceState Load(GameId game, ReadOnlySpan<byte> saved) => PriceState.Load(saved, _strings);

    /// <inheritdoc/>
    public override void Save(PriceState state, ProtoWriter to) => state.Save(to);

    /// <inheritdoc/>
    public override void Process(PriceState state, in LogRecord record, StageOutput output)
    {
        var cause = PriceCause.Read(record.Value.Span, _strings);
        TakeInfo(state, cause.Info);
        _writer.Begin(GameId.FromTrusted(_strings.Get(cause.Game)), cause, state.Epoch);
        switch (cause.After.Phase)
        {
            case GamePhase.Final:
                Settle(state, cause.After.Score, output);
                break;
            case GamePhase.Abandoned:
                Void(state, output);
                break;
            default:
                Price(state, cause.After, output);
                break;
        }

        _writer.End(output);
    }

    // A later message without a line does not take an earlier line away: lines come from the reference data, not from every feed.
    private static void TakeInfo(PriceState state, GameInfo? info)
    {
        if (info is not null)
        {
            state.Info = info.Line is null && state.Info?.Line is { } line ? info with { Line = line } : info;
        }
    }

    private void Price(PriceState state, GameState game, StageOutput output)
    {
        var solved = _model.Solve(game, state.Info ?? GameModels.InfoWhenUnknown(_league));
        var stop = game.IsFeedStalled ? StatusReason.FeedStalled
            : game.IsCertain ? StatusReason.None
            : StatusReason.FeedGap;
        Offer(state, MarketFamily.Moneyline);
        if (_book.HasTies && state.Info is not { MustHaveWinner: true })
        {
            Offer(state, MarketFamily.ThreeWay);
        }

        for (var family = MarketFamily.Spread; family <= MarketFamily.AwayTotal; family++)
        {
            PlaceLadder(state, family, solved, stop);
        }

        foreach (ref var market in state.Markets)
        {
            Reprice(state, ref market, solved, stop, output);
        }
    }

    // While the state is in doubt the lines stay where they are: only what is known moves them.
    private void PlaceLadder(PriceState state, MarketFamily family, IOutcomeDistribution solved, StatusReason stop)
    {
        var style = _pricer.StyleOf(family);
        var before = state.MainOf(family);
        _pricer.ForgetMain(family);
        if (before is not null && stop != StatusReason.None)
        {
            return;
        }

        var main = LineLadder.Choose(solved, family, style, before, out var split);
        _pricer.RememberMain(family, split);
        if (main == before)
        {
            return;
        }

        state.SetMain(family, main);

        for (var i = -style.Alternates; i <= style.Alternates; i++)
        {
            Offer(state, family, new Line(main.Hundredths + (i * style.AlternateStepHundredths)));
        }
    }

    private void Reprice(
        PriceState state, ref PricedMarket market, IOutcomeDistribution solved, StatusReason stop, StageOutput output)
    {
        var main = state.MainOf(market.Family);
        var isMain = main == market.Line;
        var isOffered = isMain || main is null || LineLadder.Offers(_pricer.StyleOf(market.Family), main.Value, market.Line);
        if (!isOffered && !market.IsMain && market.Status == MarketStatus.Suspended
            && market.Reason is StatusReason.OffTheBoard or StatusReason.SettlementRolledBack)
        {
            return;
        }

        var next = market;
        next.IsMain = isMain;
        var fair = _pricer.Quote(ref next, solved, isOffered ? stop : StatusReason.OffTheBoard);
        if (market.IsEnded)
        {
            next.SettlementVersion++;
            next.Reason = StatusReason.SettlementRolledBack;
        }
        else if (market.IsSameOffer(next))
        {
            return;
        }

        market = next;
        _writer.Write(state, market, fair, output);
    }

    private void Settle(PriceState state, Score score, StageOutput output)
    {
        foreach (ref var market in state.Markets)
        {
            var next = market;
            Settlement.Settle(ref next, score);
            End(state, ref market, next, StatusReason.GameOver, output);
        }
    }

    private void Void(PriceState state, StageOutput output)
    {
        foreach (ref var market in state.Markets)
        {
            var next = market;
            Settlement.Void(ref next);
            End(state, ref market, next, StatusReason.Abandoned, output);
        }
    }

    private void End(PriceState state, ref PricedMarket market, PricedMarket next, StatusReason reason, StageOutput output)
    {
        if (market.IsEnded && market.Status == next.Status && market.HasSameResult(next))
        {
            return;
        }

        next.Reason = market.IsEnded ? StatusReason.SettlementRolledBack : reason;
        next.SettlementVersion++;
        market = next;
        _writer.Write(state, market, Settlement.Certain(market), output);
    }

    private static void Offer(PriceState state, MarketFamily family, Line line = default)
    {
        foreach (ref readonly var market in state.Markets)
        {
            if (market.Family == family && market.Line == line)
            {
                return;
            }
        }

        state.Add(new PricedMarket { Family = family, Line = line });
    }
}
