using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Prices the lines that are on offer by a second model, for comparison: the same lines, the same margin, a chain of its own in
/// <c>odds.shadow</c>. Written when the shadow's offer changes; the live board never sees it.
/// </summary>
internal sealed class ShadowPricer(League league, LeagueBook book)
{
    private readonly MarketPricer _pricer = new(book);
    private readonly OddsWriter _writer = new(league, Topics.Shadow(league));

    /// <summary>Writes what the shadow offers otherwise than before.</summary>
    public void Price(PriceState state, ShelvedModel model, GameId game, in PriceCause cause, GameInfo info, StageOutput output)
    {
        var solved = model.Model.Solve(cause.After, info);
        _writer.Begin(game, cause, state.Epoch, model.Version);
        foreach (var family in state.Families)
        {
            if (family.IsEnded || !solved.Covers(family.Key.Scope))
            {
                continue;
            }

            foreach (ref var market in family.Markets)
            {
                if (market.Status != MarketStatus.Open || OfferPlan.Read(solved, family.Key, market.Line) is not { } split)
                {
                    continue;
                }

                var next = market;
                var fair = _pricer.Quote(ref next, family, split, StatusReason.None);
                var offer = ShadowOffer.Of(next);
                if (market.Shadow != offer)
                {
                    market.Shadow = offer;
                    _writer.Write(ref state.LastShadowSequence, family, next, fair, output);
                }
            }
        }

        _writer.End(output);
    }
}

/// <summary>What the shadow model last offered of a market.</summary>
internal readonly record struct ShadowOffer(bool IsOpen, Quote First, Quote Second, Quote Third)
{
    public static ShadowOffer Of(in PricedMarket market) => new(market.Status == MarketStatus.Open, market.First, market.Second, market.Third);
}
