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
    private readonly OfferedLines[] _offered = new OfferedLines[6];

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
        state.Offer(MarketFamily.Moneyline);
        if (_book.HasTies && state.Info is not { MustHaveWinner: true })
        {
            state.Offer(MarketFamily.ThreeWay);
        }

        for (var family = MarketFamily.Spread; family <= MarketFamily.AwayTotal; family++)
        {
            PlaceLadder(state, family, solved, stop);
        }

        foreach (ref var market in state.Markets)
        {
            ref readonly var offered = ref _offered[(int)market.Family];
            var isMain = offered.IsMain(market.Line);
            var isOffered = isMain || offered.Contains(market.Line);
            if (isOffered || !IsPutAway(market))
            {
                Reprice(state, ref market, isMain, solved, isOffered ? stop : StatusReason.OffTheBoard, output);
            }
        }
    }

    private static bool IsPutAway(in PricedMarket market) =>
        !market.IsMain && market.Status == MarketStatus.Suspended
        && market.Reason is StatusReason.OffTheBoard or StatusReason.SettlementRolledBack;

    // While the state is in doubt the lines stay where they are: only what is known moves them.
    private void PlaceLadder(PriceState state, MarketFamily family, IOutcomeDistribution solved, StatusReason stop)
    {
        var style = _pricer.StyleOf(family);
        var before = state.MainOf(family);
        _pricer.ForgetMain(family);
        if (before is not null && stop != StatusReason.None)
        {
            _offered[(int)family] = new OfferedLines(style, before.Value);
            return;
        }

        var main = LineLadder.Choose(solved, family, style, before, out var split);
        _pricer.RememberMain(family, split);
        _offered[(int)family] = new OfferedLines(style, main);
        if (main == before)
        {
            return;
        }

        state.SetMain(family, main);

        for (var i = -style.Alternates; i <= style.Alternates; i++)
        {
            state.Offer(family, new Line(main.Hundredths + (i * style.AlternateStepHundredths)));
        }
    }

    private void Reprice(
        PriceState state, ref PricedMarket market, bool isMain, IOutcomeDistribution solved, StatusReason stop, StageOutput output)
    {
        var next = market;
        next.IsMain = isMain;
        var fair = _pricer.Quote(ref next, solved, stop);
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
}
