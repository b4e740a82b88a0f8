import { z } from 'zod'
import type { Language } from './language.ts'

/** What people call the fields that they fill in. A field that is not here is named as the API names it. */
const fieldNames: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  userName: { vi: 'tên đăng nhập', en: 'user name' },
  displayName: { vi: 'họ tên', en: 'display name' },
  password: { vi: 'mật khẩu', en: 'password' },
  currentPassword: { vi: 'mật khẩu hiện tại', en: 'current password' },
  code: { vi: 'mã', en: 'code' },
  name: { vi: 'tên', en: 'name' },
  title: { vi: 'tiêu đề', en: 'title' },
  topic: { vi: 'lĩnh vực', en: 'topic' },
  language: { vi: 'ngôn ngữ', en: 'language' },
  text: { vi: 'nội dung', en: 'text' },
  comment: { vi: 'lý do', en: 'comment' },
  areaId: { vi: 'địa bàn', en: 'area' },
  parentId: { vi: 'địa bàn cấp trên', en: 'parent area' },
  kind: { vi: 'loại', en: 'kind' },
  grants: { vi: 'vai trò', en: 'roles' },
  volumePercent: { vi: 'âm lượng', en: 'volume' },
  muted: { vi: 'tắt tiếng', en: 'mute' },
  clipId: { vi: 'tệp âm thanh', en: 'clip' },
  bulletinIds: { vi: 'danh sách bản tin', en: 'bulletins' },
  programmeId: { vi: 'chương trình', en: 'programme' },
  priority: { vi: 'mức ưu tiên', en: 'priority' },
  localTime: { vi: 'giờ phát', en: 'time' },
  firstDate: { vi: 'ngày bắt đầu', en: 'first day' },
  lastDate: { vi: 'ngày kết thúc', en: 'last day' },
  from: { vi: 'từ lúc', en: 'from' },
  to: { vi: 'đến lúc', en: 'to' },
  voice: { vi: 'giọng đọc', en: 'voice' },
}

/** The part of fastify's validation error that tells which zod issue it was (fastify-type-provider-zod). */
const issue = z.object({
  keyword: z.string(),
  instancePath: z.string(),
  message: z.string().optional(),
  params: z.record(z.string(), z.unknown()),
})

type Said = readonly [vi: string, en: string]

const unitOf: Readonly<Record<string, Said>> = {
  string: [' ký tự', ' characters'],
  array: [' mục', ' items'],
}

function sayIssue(keyword: string, message: string, params: Readonly<Record<string, unknown>>): Said {
  const [viUnit, enUnit] = unitOf[String(params.origin)] ?? ['', '']
  switch (keyword) {
    case 'invalid_type':
      return message.endsWith('received undefined')
        ? ['còn thiếu', 'is missing']
        : ['không đúng kiểu dữ liệu', 'is of the wrong type']
    case 'too_small':
      return [`phải từ ${params.minimum}${viUnit} trở lên`, `must be at least ${params.minimum}${enUnit}`]
    case 'too_big':
      return [`không được quá ${params.maximum}${viUnit}`, `must be at most ${params.maximum}${enUnit}`]
    case 'invalid_value':
      return Array.isArray(params.values)
        ? [`phải là một trong: ${params.values.join(', ')}`, `must be one of: ${params.values.join(', ')}`]
        : ['không hợp lệ', 'is not valid']
    case 'unrecognized_keys':
      return ['có mục không được phép', 'has entries that are not allowed']
    default:
      return ['không hợp lệ', 'is not valid']
  }
}

const MOST_ISSUES_SAID = 3

/** What is wrong with a request, in plain words that name the fields; never echoes what was sent. */
export function sayValidationErrors(errors: readonly unknown[], language: Language): string {
  const sentences = errors.slice(0, MOST_ISSUES_SAID).map((error) => {
    const { keyword, instancePath, message = '', params } = issue.parse(error)
    const [vi, en] = sayIssue(keyword, message, params)
    const steps = instancePath.split('/').filter((step) => step !== '')
    const field = steps.findLast((step) => !/^\d+$/.test(step))
    const said = language === 'vi' ? vi : en
    if (field === undefined) return language === 'vi' ? `dữ liệu ${said}` : `the data ${said}`
    return `“${fieldNames[field]?.[language] ?? field.slice(0, 60)}” ${said}`
  })
  return sentences.join('; ')
}
