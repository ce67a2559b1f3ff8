/** The eight RFM groups and the built-in lifecycle stages, as the tables name them. */
export const GROUPS = ["重要价值客户", "重要发展客户", "重要保持客户", "重要挽留客户", "一般价值客户", "一般发展客户", "一般保持客户", "一般挽留客户"];
export const STAGES = ["潜在", "客户", "升级", "挽留", "离网"];
