using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;

namespace Oddswire.Tests.Domain;

public sealed class PricesTests
{
    [Theory]
    [InlineData(1_910, -110)]
    [InlineData(2_000, 100)]
    [InlineData(2_300, 130)]
    [InlineData(1_667, -150)]
    [InlineData(1_010, -10_000)]
    public void Decimal_prices_have_the_american_ones_that_everyone_knows(int thousandths, int american) =>
        AmericanOdds.RoundNearest(DecimalOdds.FromThousandths(thousandths)).Value.ShouldBe(american);

    [Theory]
    [InlineData(2_000, "Evens")]
    [InlineData(1_910, "10/11")]
    [InlineData(2_500, "6/4")]
    [InlineData(1_667, "4/6")]
    [InlineData(3_125, "85/40")]
    [InlineData(11_000, "10/1")]
    [InlineData(1_000_000, "999/1")]
    public void Decimal_prices_have_the_customary_fractions(int thousandths, string fraction) =>
        FractionalOdds.RoundNearest(DecimalOdds.FromThousandths(thousandths)).ToString().ShouldBe(fraction);

    [Fact]
    public void No_price_is_no_price_in_every_format()
    {
        DecimalOdds.None.ToString().ShouldBe("-");
        AmericanOdds.RoundNearest(DecimalOdds.None).ToString().ShouldBe("-");
        FractionalOdds.RoundNearest(DecimalOdds.None).ToString().ShouldBe("-");
        Should.Throw<InvalidOperationException>(() => DecimalOdds.None.Implied);
    }

    [Fact]
    public void American_prices_come_back_from_their_decimal_form() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Gen.Choose(100, 2_000).ToArbitrary(), Gen.Elements(1, -1).ToArbitrary(), (value, sign) =>
        {
            var american = AmericanOdds.Of(value * sign);
            var back = AmericanOdds.RoundNearest(american.ToDecimal());
            Math.Abs(back.Value - american.Value).ShouldBeLessThanOrEqualTo(Math.Max(1, value * value / 90_000));
        }));

    [Fact]
    public void The_nearest_quoted_price_is_on_the_ladder_and_no_other_is_nearer() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Gen.Choose(1, 999_999).ToArbitrary(), millionths =>
        {
            var chance = Chance.Of(millionths / 1e6);
            var (nearest, down) = (PriceLadder.RoundNearest(chance), PriceLadder.RoundDown(chance));

            PriceLadder.Contains(nearest).ShouldBeTrue();
            PriceLadder.Contains(down).ShouldBeTrue();
            if (1 / chance.Value is > 1.01 and < 1000)
            {
                (down.Thousandths / 1000.0).ShouldBeLessThanOrEqualTo((1 / chance.Value) + 1e-9);
                Math.Abs((nearest.Thousandths / 1000.0) - (1 / chance.Value))
                    .ShouldBeLessThanOrEqualTo(Math.Abs((down.Thousandths / 1000.0) - (1 / chance.Value)) + 1e-9);
            }
        }));

    [Fact]
    public void A_likelier_selection_never_gets_a_longer_price() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
        Gen.Choose(0, 999_000).ToArbitrary(), Gen.Choose(0, 1_000).ToArbitrary(), (millionths, more) =>
            PriceLadder.RoundNearest(Chance.Of((millionths + more) / 1e6)).Thousandths
                .ShouldBeLessThanOrEqualTo(PriceLadder.RoundNearest(Chance.Of(millionths / 1e6)).Thousandths)));

    [Fact]
    public void A_small_move_of_the_probability_leaves_the_price_where_it_is() =>
        PriceLadder.RoundNearest(Chance.Of(0.5241)).ShouldBe(PriceLadder.RoundNearest(Chance.Of(0.5250)));

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void A_probability_outside_the_unit_interval_is_refused(int millionths) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Probability.FromMillionths(millionths));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.01)]
    [InlineData(-0.01)]
    public void A_chance_that_is_no_chance_is_refused(double value) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Chance.Of(value));
}
