//! Light and dark, and whether each text can be read in both.

use serde_json::{Value, json};

use crate::{
    chromedriver::in_a_page,
    page::Page,
    zoo::{Zoo, open_page},
};

/// Texts with less contrast than WCAG's level AA asks for, with their contrast.
const TOO_FAINT: &str = r#"
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const parsed = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return { rgb: [r, g, b], alpha: a / 255 };
    };
    const ground = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) {
            const layer = parsed(getComputedStyle(at).backgroundColor);
            if (layer.alpha > 0) layers.push(layer);
            if (layer.alpha === 1) break;
        }
        return layers.reverse().reduce((below, { rgb, alpha }) => below.map((part, index) => rgb[index] * alpha + part * (1 - alpha)), [255, 255, 255]);
    };
    const luminance = (rgb) => {
        const [r, g, b] = rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const style = getComputedStyle(element);
        const below = ground(element);
        const ink = parsed(style.color);
        let opacity = ink.alpha;
        for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
        const above = ink.rgb.map((part, index) => part * opacity + below[index] * (1 - opacity));
        const [light, dark] = [luminance(above), luminance(below)].sort((a, b) => b - a);
        const contrast = (light + 0.05) / (dark + 0.05);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        if (contrast < (isLarge ? 3 : 4.5)) faint.push(`${contrast.toFixed(2)} ${element.tagName}.${element.className}: ${texts.currentNode.data.trim().slice(0, 40)}`);
    }
    return faint;"#;

async fn prefer(page: &Page, theme: &str) {
    let features = json!([{"name": "prefers-color-scheme", "value": theme}]);
    page.devtools("Emulation.setEmulatedMedia", json!({"features": features}))
        .await;
}

/// Whether the page's ground is dark.
async fn is_dark(page: &Page) -> bool {
    let colour = page
        .run(
            "return getComputedStyle(document.body).backgroundColor",
            vec![],
        )
        .await;
    let parts = colour
        .as_str()
        .unwrap()
        .split(|c: char| !c.is_ascii_digit());
    let parts: Vec<u32> = parts.filter_map(|part| part.parse().ok()).collect();
    parts.iter().take(3).sum::<u32>() < 3 * 64
}

/// All tabs and a story.
async fn look_around(page: &Page, zoo: &Zoo, theme: &str) {
    page.go("about:blank").await;
    open_page(page, &zoo.server).await;
    assert_eq!(is_dark(page).await, theme == "dark");
    for (place, shows) in [
        ("decisions", ".rows .row"),
        ("decision-1", ".story .near-miss"),
        ("decision-0", ".story .response pre"),
        ("try", "#view-try form"),
        ("policy", ".grid"),
        ("configuration", ".card.layer"),
    ] {
        page.run("location.hash = arguments[0]", vec![json!(place)])
            .await;
        page.until(&format!(
            "document.querySelector({})?.checkVisibility()",
            json!(shows)
        ))
        .await;
        assert_eq!(
            page.run(TOO_FAINT, vec![]).await,
            json!([]),
            "{theme} {place}"
        );
        if theme == "dark" {
            page.picture(&format!("dark-{place}")).await;
        }
    }
}

#[test]
fn each_text_can_be_read_in_the_light_and_in_the_dark() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        zoo.server.send("GET", "/pets", "").await;
        zoo.server.send("GET", "/pets/7", "visitor").await;
        zoo.server.send("GET", "/orders", "customer").await;
        zoo.server.send("GET", "/catalogue", "").await;
        for theme in ["light", "dark"] {
            prefer(page, theme).await;
            look_around(page, &zoo, theme).await;
        }
    });
}

#[test]
fn the_user_may_choose_the_other() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        prefer(page, "dark").await;
        open_page(page, &zoo.server).await;
        assert!(is_dark(page).await);
        page.click("#theme").await;
        assert!(!is_dark(page).await);
        // The choice is kept.
        open_page(page, &zoo.server).await;
        assert!(!is_dark(page).await);
        assert_eq!(page.text("#theme").await, "Dark");
        let stored = page.run("return localStorage.length", vec![]).await;
        assert_eq!(stored, Value::from(1));
    });
}
