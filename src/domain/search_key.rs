//! The match key for names: what two spellings of one body have in common.
//!
//! ```text
//! typed in a search box ─ search_key ─┐
//! name or kana of a body ─ search_key ─┴─> contains / equals
//! ```
//! A key is compared and thrown away, never stored as a name or shown. It errs towards finding too much: the
//! person searching picks from official names.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::text::{is_hyphen_like, is_invisible};

/// Pairs of another form and the form used in keys: old printed forms and common handwritten variants.
/// NFKC already folds most compatibility ideographs; dropping selectors folds the variants of 葛 and 辻.
const VARIANTS: &str = "\
檮梼 龍竜 竈釜 曾曽 惠恵 鰺鯵 嶋島 嶌島 﨑崎 碕崎 髙高 德徳 澤沢 濱浜 邊辺 邉辺 \
廣広 國国 縣県 區区 齋斎 齊斉 櫻桜 榮栄 瀧滝 關関 學学 會会 實実 鹽塩 萬万 條条 \
檜桧 淵渕 籠篭 蘆芦 彌弥 眞真 壽寿 豐豊 圓円 寶宝 禮礼 靜静 鐵鉄 當当 黑黒 富冨 \
峯峰 舘館 槇槙 薗園 藪薮 籔薮 靏鶴 穗穂 攝摂 戶戸 與与 繩縄 滿満 來来 藝芸 舊旧 \
兒児 佛仏 發発 燒焼 將将 從従 劍剣 淺浅 鷗鴎 輕軽 橫横 敎教 靑青 賴頼 瀨瀬 驛駅 \
臺台 稻稲 緣縁 壹壱 嶽岳 埜野 桒桑 舩船 槗橋 栁柳 邨村 吳呉 黃黄 廳庁 凾函 礒磯 \
鶯鴬 讚讃 藏蔵 氣気 鄕郷 鄉郷 應応 攪撹 莊荘 庄荘 隱隠 莖茎 巖岩 巌岩 雙双 聲声 \
狹狭 峽峡 灣湾 勞労 營営 衞衛 晝昼 假仮 傳伝 轉転 戰戦 圖図 團団 單単 彈弾 擧挙 \
樂楽 樓楼 歸帰 濟済 獨独 畫画 盡尽 碎砕 祕秘 稱称 竝並 絲糸 繪絵 總総 聯連 處処 \
號号 藥薬 蟲虫 覺覚 觀観 譯訳 讀読 變変 豫予 賣売 辨弁 遙遥 鎭鎮 雜雑 靈霊 顯顕 \
體体 鬪闘 鷄鶏 鹼鹸 麥麦 點点 齒歯 龜亀 瀦潴 釼剣 劒剣 麵麺 麴麹 禰祢 辯弁 淸清 \
增増 曻昇 冝宜 﨟臈 螢蛍 溪渓 谿渓 埓埒 鑛鉱 乘乗 拜拝 曉暁 晉晋 兩両 倂併 卽即 \
槪概 步歩 每毎 渴渇 煉錬 郞郎";

static FOLDED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pair = |pair: &str| pair.chars().next().zip(pair.chars().nth(1));
    VARIANTS.split_ascii_whitespace().filter_map(pair).collect()
});

/// The key of a name, a kana reading or a typed search text.
///
/// Width, variation selectors, spaces, case, hiragana and katakana, small and large kana, every hyphen, old
/// and new forms of characters, and ヶ・ケ・が between two kanji make no difference.
pub fn search_key(text: &str) -> String {
    let chars: Vec<char> = text
        .nfkc()
        .filter(|c| !is_ignored(*c))
        .flat_map(char::to_lowercase)
        .map(fold)
        .collect();
    let kanji = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|c| is_kanji(*c))
    };
    let unify = |(at, c): (usize, &char)| match c {
        'ガ' if kanji(at.checked_sub(1)) && kanji(at.checked_add(1)) => 'ケ',
        c => *c,
    };
    chars.iter().enumerate().map(unify).collect()
}

fn is_ignored(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || is_invisible(c)
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

fn fold(c: char) -> char {
    if is_hyphen_like(c) {
        return 'ー';
    }
    let kana = match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        c => c,
    };
    match kana {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        // Heard alike and often typed for each other: 会津 as アイヅ or アイズ.
        'ヅ' => 'ズ',
        'ヂ' => 'ジ',
        c => FOLDED.get(&c).copied().unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::organization::OrganizationKind;
    use proptest::prelude::*;
    use std::collections::HashSet;

    const ORGANIZATIONS: &str = include_str!("../../migrations/data/organizations.csv");

    #[test]
    fn spellings_of_one_name_meet() {
        for (typed, written) in [
            ("龍ヶ崎", "龍ケ崎"),
            ("竜が崎市", "龍ケ崎市"),
            ("ほっかいどう", "ホッカイドウ"),
            ("ﾎｯｶｲﾄﾞｳ", "ホッカイドウ"),
            ("梼原町", "檮原町"),
            ("須惠町", "須恵町"),
            ("南木曾町", "南木曽町"),
            ("塩釜市", "塩竈市"),
            ("鯵ヶ沢町", "鰺ヶ沢町"),
            ("葛\u{E0100}城市", "葛城市"),
            ("茅ケ崎市", "茅ヶ崎市"),
            ("函館 市", "函館市"),
            ("四条畷市", "四條畷市"),
            ("桧枝岐村", "檜枝岐村"),
            ("あいず", "アイヅ"),
            ("上の国町", "上ノ国町"),
            ("関ガ原町", "関ケ原町"),
            ("高﨑市", "高崎市"),
        ] {
            assert_eq!(search_key(typed), search_key(written), "{typed}");
        }
        assert_ne!(search_key("つがる市"), search_key("つける市"));
    }

    #[test]
    fn pairs_are_pairs() {
        for pair in VARIANTS.split_ascii_whitespace() {
            let [from, to] = pair.chars().collect::<Vec<_>>()[..] else {
                panic!("{pair}")
            };
            assert!(
                from != to && fold(to) == to && search_key(pair) == format!("{to}{to}"),
                "{pair}"
            );
        }
    }

    #[test]
    fn all_bodies_stay_distinct_in_their_prefecture() {
        let mut seen = HashSet::new();
        for row in ORGANIZATIONS.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let kind: OrganizationKind = cells[4].parse().expect(row);
            assert_eq!(kind.label(), cells[4]);
            assert!(
                seen.insert((cells[1].to_owned(), search_key(cells[2]))),
                "{row}"
            );
            assert_eq!(
                search_key(&search_key(cells[2])),
                search_key(cells[2]),
                "{row}"
            );
            assert!(!search_key(cells[3]).is_empty());
        }
        assert_eq!(seen.len(), 1788);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spaces_do_not_matter(text in any::<String>()) {
            let key = search_key(&text);
            prop_assert!(!key.contains(char::is_whitespace));
            prop_assert_eq!(search_key(&format!(" {text}\u{3000}")), key);
        }
    }
}
