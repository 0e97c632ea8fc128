using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Mlb;

namespace Oddswire.Tests.Feeds.Mlb;

public sealed class RetrosheetEventTextTests
{
    // Ends: batter, runner from first, second, third; 0 out, 1-3 base, 4 scored, . stayed.
    [Theory]
    [InlineData("S8/L8", "1...")]
    [InlineData("63/G6M", "0...")]
    [InlineData("8/F78", "0...")]
    [InlineData("3U/G", "0...")]
    [InlineData("64(1)3/GDP/G6", "00..")]
    [InlineData("64(1)/FO/G6.B-1", "10..")]
    [InlineData("54(1)/FO/G5.3-H;B-1", "10.4")]
    [InlineData("5(2)4(1)/GDP/G5", "100.")]
    [InlineData("8(B)84(2)/LDP/L8", "0.0.")]
    [InlineData("3(B)3(1)/LDP", "00..")]
    [InlineData("1(B)16(2)63(1)/LTP/L1", "000.")]
    [InlineData("6E3/G6", "1...")]
    [InlineData("64(1)E3/G6", "10..")]
    [InlineData("E6/G6.1-3;B-2", "23..")]
    [InlineData("E5/TH/G5.2-H(UR);1-3", "134.")]
    [InlineData("FC5/G5.3XH(52)", "1..0")]
    [InlineData("FC5/G-.3XH(5E2)(NR)(UR)", "1..4")]
    [InlineData("FC3/G3S.3-H;1-2", "12.4")]
    [InlineData("K", "0...")]
    [InlineData("K23", "0...")]
    [InlineData("KE2.B-1", "1...")]
    [InlineData("K+WP.B-1", "1...")]
    [InlineData("K+PB.1-2", "02..")]
    [InlineData("K+SB2", "02..")]
    [InlineData("K+SB3;SB2", "023.")]
    [InlineData("K+CS2(26)/DP", "00..")]
    [InlineData("K+CSH(25)/DP", "0..0")]
    [InlineData("K+POCS2(1361)/DP", "00..")]
    [InlineData("K+PO1(23)/DP", "00..")]
    [InlineData("K+E2/TH.B-1", "1...")]
    [InlineData("K.BX1(23)", "0...")]
    [InlineData("K.BX1(2E3)", "1...")]
    [InlineData("W", "1...")]
    [InlineData("W.1-2", "12..")]
    [InlineData("IW", "1...")]
    [InlineData("I", "1...")]
    [InlineData("W+WP.2-3", "1.3.")]
    [InlineData("W+SB3;SB2", "123.")]
    [InlineData("W+CS3(25)", "1.0.")]
    [InlineData("W+PO1(E1/TH).1-3", "13..")]
    [InlineData("HP.1-2", "12..")]
    [InlineData("HBP", "1...")]
    [InlineData("C/E2.1-2", "12..")]
    [InlineData("D7/L7LD.1-H", "24..")]
    [InlineData("DGR/L9LD.2-H;1-3", "234.")]
    [InlineData("DGR8", "2...")]
    [InlineData("T9/F9LD.1-H", "34..")]
    [InlineData("HR/F78XD.2-H;1-H", "444.")]
    [InlineData("HR9/L9S/IPHR.3-H(UR)", "4..4")]
    [InlineData("H/L7", "4...")]
    [InlineData("S7.BX2(75)", "0...")]
    [InlineData("S7.BX2(7E4)", "2...")]
    [InlineData("S9.1X3(7E5)(95)", "10..")]
    [InlineData("S8.2XH(82)(E2);1-3", "130.")]
    [InlineData("S9/L9.3-H;2-H(NR);1-3;B-2(TH)", "2344")]
    [InlineData("SB2", ".2..")]
    [InlineData("SB3;SB2", ".23.")]
    [InlineData("SBH;SB3;SB2", ".234")]
    [InlineData("SBH(UR)", "...4")]
    [InlineData("SB2.1-3(E2/TH)", ".3..")]
    [InlineData("CS2(24)", ".0..")]
    [InlineData("CS2(2E4)", ".2..")]
    [InlineData("CS2(E2/TH).1-3", ".3..")]
    [InlineData("CSH(12)", "...0")]
    [InlineData("CSH(1E2)(UR).3-H", "...4")]
    [InlineData("CS3(26);CS2(6)", ".00.")]
    [InlineData("PO1(13)", ".0..")]
    [InlineData("PO2(E1).2-3", "..3.")]
    [InlineData("PO1(E3)", "....")]
    [InlineData("POCS2(1361)", ".0..")]
    [InlineData("POCS2(13E6)", ".2..")]
    [InlineData("POCSH(1526)", "...0")]
    [InlineData("POSB2", ".2..")]
    [InlineData("WP.2-3;1-2", ".23.")]
    [InlineData("PB.3-H", "...4")]
    [InlineData("BK.3-H;1-2", ".2.4")]
    [InlineData("DI.1-2", ".2..")]
    [InlineData("OA.2X3(25)", "..0.")]
    [InlineData("OBA/INT.1X2(4)", ".0..")]
    [InlineData("FLE5/P5F", "....")]
    [InlineData("8/F8D.3-H;2X3(86)", "0.04")]
    [InlineData("3/L34+/DP.1X1(3)", "00..")]
    [InlineData("99", "0...")]
    [InlineData("S?", "1...")]
    [InlineData("s8/l8#.2-h(ur)!;1-3", "134.")]
    [InlineData("53/G5.2-3+", "0.3.")]
    [InlineData("8/SF/F8.3-H;2-3(WP)(TH3)", "0.34")]
    public void An_event_says_where_batter_and_runners_ended(string text, string ends)
    {
        var play = RetrosheetEventText.Parse(Encoding.ASCII.GetBytes(text));
        Show(play).ShouldBe(ends);
        play.Outs.ShouldBe(ends.Count(c => c == '0'));
        play.Runs.ShouldBe(ends.Count(c => c == '4'));
    }

    [Fact]
    public void A_no_play_is_told_from_a_play_in_which_nobody_moved()
    {
        RetrosheetEventText.Parse("NP"u8).IsNoPlay.ShouldBeTrue();
        RetrosheetEventText.Parse("FLE3"u8).IsNoPlay.ShouldBeFalse();
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("X9", 1)]
    [InlineData("S8/L8.", 7)]
    [InlineData("S8.4-H", 4)]
    [InlineData("S8.1*2", 5)]
    [InlineData("S8.1-5", 6)]
    [InlineData("CS", 3)]
    [InlineData("CS2(26", 5)]
    [InlineData("PO4(13)", 3)]
    [InlineData("64(9)3", 4)]
    [InlineData("E", 2)]
    [InlineData("S8 then junk", 3)]
    public void A_text_outside_the_notation_is_refused_with_its_place(string text, int place)
    {
        var error = Should.Throw<FeedFormatException>(() => RetrosheetEventText.Parse(Encoding.ASCII.GetBytes(text)));
        error.Reason.ShouldBe("malformed-event");
        error.Message.ShouldContain($"'{text}'");
        error.Message.ShouldContain($"character {place} ");
    }

    [Fact]
    public void Four_outs_on_one_play_are_refused() =>
        Should.Throw<FeedFormatException>(() => RetrosheetEventText.Parse("1(B)16(2)63(1)34(3)"u8)).Message.ShouldContain("three outs");

    [Fact]
    public void Any_bytes_are_either_a_play_or_refused_and_nothing_else_is_thrown()
    {
        var pieces = Gen.Elements(
            "S", "D", "K", "W", "HR", "FC", "E", "CS", "PO", "POCS", "SB", "2", "6", "9", "(", ")", "(1)", "(B)", "(2E4)", ".", ";", "/", "+", "-", "B-1", "1X2",
            "3-H", "?", "#", "!", "U", "NP", "H", "\0", "\u00ff", " ", ",", "WP", "(UR)");
        var texts = Gen.OneOf(
            Gen.ArrayOf(pieces).Select(p => Encoding.Latin1.GetBytes(string.Concat(p))),
            Gen.ArrayOf(Gen.Choose(0, 255)).Select(b => b.Select(i => (byte)i).ToArray()));
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            try
            {
                var play = RetrosheetEventText.Parse(text);
                return play.Outs is >= 0 and <= 3 && play.Runs is >= 0 and <= 4;
            }
            catch (FeedFormatException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(40));
    }

    private static string Show(PlayOutcome play) =>
        string.Concat(new[] { play.Batter, play.First, play.Second, play.Third }.Select(end => end < 0 ? "." : end.ToString()));
}
