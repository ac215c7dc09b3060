//! VP8 by libvpx: the one place of this crate that calls C.
#![allow(unsafe_code)]

use std::fmt;
use std::mem::MaybeUninit;
use std::ptr;

use bytes::Bytes;
use vpx_sys::{
    VPX_DECODER_ABI_VERSION, VPX_DL_REALTIME, VPX_EFLAG_FORCE_KF, VPX_ENCODER_ABI_VERSION, VPX_ERROR_RESILIENT_DEFAULT,
    VPX_FRAME_IS_KEY, vp8e_enc_control_id, vpx_codec_control_, vpx_codec_ctx_t, vpx_codec_cx_pkt_kind,
    vpx_codec_dec_init_ver, vpx_codec_decode, vpx_codec_destroy, vpx_codec_enc_cfg_t, vpx_codec_enc_config_default,
    vpx_codec_enc_config_set, vpx_codec_enc_init_ver, vpx_codec_encode, vpx_codec_err_t, vpx_codec_get_cx_data,
    vpx_codec_get_frame, vpx_codec_vp8_cx, vpx_codec_vp8_dx, vpx_image_t, vpx_img_fmt, vpx_img_wrap, vpx_kf_mode,
    vpx_rc_mode,
};

use crate::Error;
use crate::picture::codec::{Encoded, I420, VideoCodec};

/// Pixels of a side that are believed: a sender who claims more is not worth the memory.
const LARGEST: u32 = 4096;
/// Frames this close together are one frame's time apart; larger steps are told to the codec as such.
const CLOCK: i32 = 90_000;

fn check(what: &'static str, error: vpx_codec_err_t) -> Result<(), Error> {
    if error == vpx_codec_err_t::VPX_CODEC_OK { Ok(()) } else { Err(Error::Codec(format!("{what}: {error:?}"))) }
}

/// A context of libvpx, freed when dropped.
struct Context(Box<vpx_codec_ctx_t>);

// SAFETY: libvpx ties no context to a thread; it only must not be used by two at once, and `&mut self` sees to that.
unsafe impl Send for Context {}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made by an init function that succeeded, and destroyed once.
        unsafe { vpx_codec_destroy(&raw mut *self.0) };
    }
}

struct Encoder {
    context: Context,
    settings: Box<vpx_codec_enc_cfg_t>,
}

// SAFETY: as for `Context`; the settings are plain numbers whose pointers are null.
unsafe impl Send for Encoder {}

/// VP8. Encodes one stream and decodes another.
#[derive(Default)]
pub struct Vp8 {
    encoder: Option<Encoder>,
    decoder: Option<Context>,
    at: i64,
}

impl fmt::Debug for Vp8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vp8").finish_non_exhaustive()
    }
}

impl Encoder {
    fn new(picture: &I420, bitrate: u32) -> Result<Self, Error> {
        let mut settings = Box::new(MaybeUninit::<vpx_codec_enc_cfg_t>::zeroed());
        // SAFETY: the function fills the settings, which are plain data, if it succeeds.
        let mut settings = unsafe {
            let error = vpx_codec_enc_config_default(vpx_codec_vp8_cx(), settings.as_mut_ptr(), 0);
            check("its settings", error)?;
            settings.assume_init()
        };
        settings.g_w = picture.width;
        settings.g_h = picture.height;
        settings.g_threads = if picture.height >= 720 { 2 } else { 1 };
        settings.g_timebase.num = 1;
        settings.g_timebase.den = CLOCK;
        settings.g_error_resilient = VPX_ERROR_RESILIENT_DEFAULT;
        settings.g_lag_in_frames = 0;
        settings.rc_end_usage = vpx_rc_mode::VPX_CBR;
        settings.rc_target_bitrate = bitrate / 1000;
        settings.rc_min_quantizer = 4;
        settings.rc_max_quantizer = 56;
        settings.rc_undershoot_pct = 100;
        settings.rc_overshoot_pct = 15;
        settings.rc_buf_sz = 1000;
        settings.rc_buf_initial_sz = 500;
        settings.rc_buf_optimal_sz = 600;
        settings.rc_dropframe_thresh = 30;
        // Key frames are made when they are asked for: each is as large as many others.
        settings.kf_mode = vpx_kf_mode::VPX_KF_DISABLED;
        let mut context = Box::new(MaybeUninit::<vpx_codec_ctx_t>::zeroed());
        // SAFETY: the context is boxed, so it stays where the codec remembers it, and is used only after success.
        let context = unsafe {
            let version = VPX_ENCODER_ABI_VERSION as i32;
            let error =
                vpx_codec_enc_init_ver(context.as_mut_ptr(), vpx_codec_vp8_cx(), &raw const *settings, 0, version);
            check("the encoder", error)?;
            Context(context.assume_init())
        };
        let mut encoder = Self { context, settings };
        // Fast enough for 720p on a small machine, and blind to noise that nobody sees.
        encoder.control(vp8e_enc_control_id::VP8E_SET_CPUUSED, -8)?;
        encoder.control(vp8e_enc_control_id::VP8E_SET_STATIC_THRESHOLD, 100)?;
        encoder.control(vp8e_enc_control_id::VP8E_SET_NOISE_SENSITIVITY, 0)?;
        Ok(encoder)
    }

    fn control(&mut self, what: vp8e_enc_control_id, value: i32) -> Result<(), Error> {
        // SAFETY: each of these controls takes one int.
        check("a setting", unsafe { vpx_codec_control_(&raw mut *self.context.0, what as i32, value) })
    }

    fn set_bitrate(&mut self, bitrate: u32) -> Result<(), Error> {
        let wanted = (bitrate / 1000).max(1);
        if self.settings.rc_target_bitrate == wanted {
            return Ok(());
        }
        self.settings.rc_target_bitrate = wanted;
        // SAFETY: both were made together and live as long as `self`.
        check("a bitrate", unsafe { vpx_codec_enc_config_set(&raw mut *self.context.0, &raw const *self.settings) })
    }

    fn encode(&mut self, picture: &I420, key: bool, at: i64, duration: u64) -> Result<Option<Encoded>, Error> {
        let mut image = MaybeUninit::<vpx_image_t>::zeroed();
        let flags = if key { VPX_EFLAG_FORCE_KF as _ } else { 0 };
        // SAFETY: the planes of an `I420` lie one after the other without gaps, which is what a stride of 1 says; the
        // codec only reads them, and only during this call.
        unsafe {
            let data = picture.data.as_ptr().cast_mut();
            let wrapped =
                vpx_img_wrap(image.as_mut_ptr(), vpx_img_fmt::VPX_IMG_FMT_I420, picture.width, picture.height, 1, data);
            if wrapped.is_null() {
                return Err(Error::Codec("a picture of this size".to_owned()));
            }
            let error =
                vpx_codec_encode(&raw mut *self.context.0, wrapped, at, duration, flags, VPX_DL_REALTIME.into());
            check("a frame", error)?;
        }
        let mut iterator = ptr::null();
        loop {
            // SAFETY: the packet and what it points to are valid until the next call of the codec, and are copied here.
            unsafe {
                let packet = vpx_codec_get_cx_data(&raw mut *self.context.0, &raw mut iterator);
                let Some(packet) = packet.as_ref() else { return Ok(None) };
                if packet.kind == vpx_codec_cx_pkt_kind::VPX_CODEC_CX_FRAME_PKT {
                    let frame = packet.data.frame;
                    let data = std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz);
                    let key = frame.flags & VPX_FRAME_IS_KEY != 0;
                    return Ok(Some(Encoded { key, data: Bytes::copy_from_slice(data) }));
                }
            }
        }
    }
}

fn new_decoder() -> Result<Context, Error> {
    let mut context = Box::new(MaybeUninit::<vpx_codec_ctx_t>::zeroed());
    // SAFETY: as for the encoder.
    unsafe {
        let version = VPX_DECODER_ABI_VERSION as i32;
        let error = vpx_codec_dec_init_ver(context.as_mut_ptr(), vpx_codec_vp8_dx(), ptr::null(), 0, version);
        check("the decoder", error)?;
        Ok(Context(context.assume_init()))
    }
}

impl VideoCodec for Vp8 {
    fn encode(&mut self, picture: &I420, key: bool, bitrate: u32, fps: u32) -> Result<Option<Encoded>, Error> {
        let fits = self
            .encoder
            .as_ref()
            .is_some_and(|encoder| (encoder.settings.g_w, encoder.settings.g_h) == (picture.width, picture.height));
        if !fits {
            // Another size is another stream, which begins with a key frame by itself.
            self.encoder = None;
        }
        let encoder = match &mut self.encoder {
            Some(encoder) => encoder,
            empty => empty.insert(Encoder::new(picture, bitrate)?),
        };
        encoder.set_bitrate(bitrate)?;
        let duration = i64::from(CLOCK) / i64::from(fps.max(1));
        let at = self.at;
        self.at += duration;
        encoder.encode(picture, key, at, duration.unsigned_abs())
    }

    fn decode(&mut self, data: &[u8]) -> Result<Option<I420>, Error> {
        let size = super::codec::vp8_key(data);
        if size.is_some_and(|(width, height)| width > LARGEST || height > LARGEST) {
            return Err(Error::Codec("the picture is too large".to_owned()));
        }
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            empty => empty.insert(new_decoder()?),
        };
        let length = u32::try_from(data.len()).map_err(|_| Error::Codec("the frame is too long".to_owned()))?;
        let mut iterator = ptr::null();
        // SAFETY: the decoder reads `length` bytes during the first call only. The image that it lends is valid until
        // its next call; each row is read within the plane's stride and height.
        unsafe {
            let context = &raw mut *decoder.0;
            check("a frame", vpx_codec_decode(context, data.as_ptr(), length, ptr::null_mut(), 0))?;
            let Some(image) = vpx_codec_get_frame(context, &raw mut iterator).as_ref() else { return Ok(None) };
            let mut picture = I420::new(image.d_w, image.d_h);
            let (width, height) = (picture.width as usize, picture.height as usize);
            let (bright, blue, red) = picture.planes_mut();
            let planes = [(bright, width, height), (blue, width / 2, height / 2), (red, width / 2, height / 2)];
            for (index, (plane, across, down)) in planes.into_iter().enumerate() {
                let stride = image.stride[index] as usize;
                for (y, row) in plane.chunks_exact_mut(across).take(down).enumerate() {
                    row.copy_from_slice(std::slice::from_raw_parts(image.planes[index].add(y * stride), across));
                }
            }
            Ok(Some(picture))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mark, Pattern};

    #[test]
    fn the_counter_survives_the_codec_and_a_key_frame_comes_when_asked_for() {
        let (mut sender, mut receiver) = (Vp8::default(), Vp8::default());
        let mut pattern = Pattern::new(640, 360, 30);
        let mut seen = Vec::new();
        for number in 0..20u16 {
            let encoded = sender.encode(&pattern.draw(), number == 10, 500_000, 30).expect("no failure");
            let Some(encoded) = encoded else { continue };
            assert!(encoded.key || (number != 0 && number != 10), "{number}");
            let picture = receiver.decode(&encoded.data).expect("no failure").expect("a picture");
            seen.push(Mark::read(&picture).expect("a mark").number);
        }
        assert!(seen.len() > 10 && seen.is_sorted(), "{seen:?}");
    }

    #[test]
    fn nonsense_is_refused_and_what_comes_after_is_decoded() {
        let (mut sender, mut receiver) = (Vp8::default(), Vp8::default());
        assert!(receiver.decode(&[0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f]).is_err());
        assert!(receiver.decode(&[1, 2, 3]).is_err());
        let mut pattern = Pattern::new(320, 180, 30);
        let encoded = sender.encode(&pattern.draw(), true, 300_000, 30).expect("no failure").expect("a frame");
        assert!(receiver.decode(&encoded.data).expect("no failure").is_some());
    }
}
